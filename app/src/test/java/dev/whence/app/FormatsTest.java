package dev.whence.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whence.data.DType;
import dev.whence.data.NpyWriter;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the examples of docs/formats.md: what a console block says must be said. */
class FormatsTest {

  @TempDir Path folder;

  @Test
  void examplesSayWhatTheySay() throws IOException {
    List<String> lines =
        Files.readAllLines(Path.of(System.getProperty("whence.home"), "docs/formats.md"));
    int commands = 0;
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (!line.startsWith("```") || line.equals("```")) {
        continue;
      }
      List<String> block = new ArrayList<>();
      for (i++; !lines.get(i).equals("```"); i++) {
        block.add(lines.get(i));
      }
      String kind = line.substring(3).split(" ")[0];
      String name = line.contains("name=") ? line.substring(line.indexOf("name=") + 5) : "";
      switch (kind) {
        case "table" -> Files.writeString(folder.resolve(name), String.join("\n", block) + "\n");
        case "npz" -> npz(folder.resolve(name), block);
        case "images" -> images(folder.resolve(name), block);
        case "console" -> commands += console(block);
        default -> throw new IllegalStateException(line);
      }
    }
    assertThat(commands).isGreaterThanOrEqualTo(15);
  }

  private int console(List<String> block) {
    int commands = 0;
    String said = "";
    for (String line : block) {
      if (line.startsWith("$ whence ")) {
        String[] arguments = line.substring("$ whence ".length()).split(" ");
        arguments[2] = folder.resolve(arguments[2]).toString();
        Whence.Result result = Whence.run(arguments);
        said = result.out() + result.err();
        assertThat(result.code()).as(said).isIn(0, 2);
        commands++;
      } else {
        assertThat(said).as(String.join("\n", block)).contains(line);
      }
    }
    return commands;
  }

  /** Lines such as {@code x float32 (9, 4)}, {@code y int64 0 1} (repeated) and {@code z other}. */
  private static void npz(Path file, List<String> arrays) throws IOException {
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      int rows = 0;
      for (String array : arrays) {
        String[] words = array.split(" ", 3);
        zip.putNextEntry(new ZipEntry(words[0] + ".npy"));
        if (words[1].equals("other")) {
          zip.write("not even an array".getBytes());
        } else if (words[2].startsWith("(")) {
          long[] shape =
              Stream.of(words[2].replaceAll("[() ]", "").split(","))
                  .mapToLong(Long::parseLong)
                  .toArray();
          rows = (int) shape[0];
          write(zip, DType.ofLabel(words[1]), shape, new double[] {1, 2, 3});
        } else {
          double[] values =
              Stream.of(words[2].split(" ")).mapToDouble(Double::parseDouble).toArray();
          write(zip, DType.ofLabel(words[1]), new long[] {rows}, values);
        }
        zip.closeEntry();
      }
    }
  }

  private static void write(OutputStream out, DType type, long[] shape, double[] cycle)
      throws IOException {
    out.write(NpyWriter.header(type, shape));
    int size = (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    byte[] body = new byte[size * type.bytes()];
    for (int i = 0; i < size; i++) {
      type.set(MemorySegment.ofArray(body), i, cycle[i % cycle.length]);
    }
    out.write(body);
  }

  private static void images(Path root, List<String> files) throws IOException {
    for (String name : files) {
      Path file = root.resolve(name);
      Files.createDirectories(file.getParent());
      if (name.endsWith(".png")) {
        ImageIO.write(new BufferedImage(4, 4, BufferedImage.TYPE_INT_RGB), "png", file.toFile());
      } else {
        Files.writeString(file, "no picture");
      }
    }
  }
}
