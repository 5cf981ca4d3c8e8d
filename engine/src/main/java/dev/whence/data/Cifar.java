package dev.whence.data;

import dev.whence.base.BadInputException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The binary version of CIFAR-10 and CIFAR-100: records of one label byte (CIFAR-100: coarse, then
 * fine) and 3 × 32 × 32 pixel bytes, channel after channel.
 */
final class Cifar {

  private static final int PIXELS = 3 * 32 * 32;
  private static final int BATCHES = 5;

  private Cifar() {}

  static boolean isCifar10(Path folder) {
    return IntStream.rangeClosed(1, BATCHES).anyMatch(i -> batch(folder, i) != null);
  }

  private static @Nullable Path batch(Path folder, int i) {
    return InputFiles.find(folder, "data_batch_%d.bin".formatted(i));
  }

  /** Refuses the Python version of CIFAR, which is pickled; the message says how to convert it. */
  static void refusePickled(Path folder) {
    if (Files.isRegularFile(folder.resolve("data_batch_1"))
        || Files.isRegularFile(folder.resolve("batches.meta"))
        || (Files.isRegularFile(folder.resolve("train"))
            && Files.isRegularFile(folder.resolve("meta")))) {
      throw BadInputException.at(
          folder,
          "CIFAR's binary version (data_batch_1.bin …, from cifar-10-binary.tar.gz), or a .npz of x_train and y_train",
          "its Python version, which is pickled (docs/formats.md has five lines that convert it)");
    }
  }

  static boolean isCifar100(Path folder) {
    return InputFiles.find(folder, "train.bin") != null;
  }

  static Split cifar10(Path folder) {
    List<Path> batches = new ArrayList<>();
    for (int i = 1; i <= BATCHES; i++) {
      Path batch = batch(folder, i);
      if (batch == null) {
        throw BadInputException.at(
            folder,
            "data_batch_1.bin to data_batch_%d.bin".formatted(BATCHES),
            "no data_batch_%d.bin".formatted(i));
      }
      batches.add(batch);
    }
    List<String> names = names(folder.resolve("batches.meta.txt"), 10);
    Path test = InputFiles.find(folder, "test_batch.bin");
    return new Split(read(batches, 1, names), test == null ? null : read(List.of(test), 1, names));
  }

  static Split cifar100(Path folder) {
    List<String> names = names(folder.resolve("fine_label_names.txt"), 100);
    Path train = InputFiles.find(folder, "train.bin");
    Path test = InputFiles.find(folder, "test.bin");
    if (train == null) {
      throw BadInputException.at(folder, "train.bin", "none");
    }
    return new Split(
        read(List.of(train), 2, names), test == null ? null : read(List.of(test), 2, names));
  }

  private static Dataset read(List<Path> files, int labelBytes, List<String> names) {
    int size = labelBytes + PIXELS;
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (Path file : files) {
      byte[] bytes = InputFiles.read(file, in -> in.readAllBytes());
      if (bytes.length == 0 || bytes.length % size != 0) {
        throw BadInputException.at(
            file,
            "a whole number of records of %d bytes".formatted(size),
            bytes.length + " bytes (truncated file?)");
      }
      for (int i = 0; i < bytes.length / size; i++) {
        int label = bytes[i * size + labelBytes - 1] & 0xff;
        if (label >= names.size()) {
          throw BadInputException.at(
              file + ", record " + i, "a label in 0…" + (names.size() - 1), label);
        }
      }
      all.writeBytes(bytes);
    }
    byte[] bytes = all.toByteArray();
    int rows = bytes.length / size;
    float[] pixels = new float[Math.multiplyExact(rows, PIXELS)];
    int[] labels =
        IntStream.range(0, rows).map(i -> bytes[i * size + labelBytes - 1] & 0xff).toArray();
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < PIXELS; j++) {
        pixels[i * PIXELS + j] = bytes[i * size + labelBytes + j] & 0xff;
      }
    }
    return new Dataset(
        new Features(rows, new int[] {3, 32, 32}, pixels, true),
        new Labels.Classes(labels, names),
        new Metadata(
            null,
            null,
            null,
            null,
            IntStream.range(0, rows).mapToObj(i -> "record " + i).toList()));
  }

  private static List<String> names(@Nullable Path file, int count) {
    if (file != null && Files.isRegularFile(file)) {
      try {
        List<String> lines = Files.readAllLines(file).stream().filter(l -> !l.isBlank()).toList();
        if (lines.size() == count) {
          return lines;
        }
      } catch (IOException e) {
        throw new BadInputException("%s: cannot be read (%s)".formatted(file, e.getMessage()));
      }
    }
    return IntStream.range(0, count).mapToObj(Integer::toString).toList();
  }
}
