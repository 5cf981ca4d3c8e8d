package dev.whence.data;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;

/**
 * A folder per class of PNG, JPEG, GIF or BMP images, all of one size; {@code train/} and {@code
 * test/} above the classes where there are both. Grey images become [h, w], others [3, h, w].
 */
final class ImageFolder {

  private ImageFolder() {}

  static boolean isImageFolder(Path folder) {
    Path train = folder.resolve("train");
    return !classes(Files.isDirectory(train) ? train : folder).isEmpty();
  }

  static Split split(Path folder) {
    Path train = folder.resolve("train");
    if (!Files.isDirectory(train)) {
      return new Split(read(folder, classes(folder)), null);
    }
    List<String> names = classes(train);
    Path test = folder.resolve("test");
    if (!Files.isDirectory(test)) {
      return new Split(read(train, names), null);
    }
    for (String name : classes(test)) {
      if (!names.contains(name)) {
        throw BadInputException.at(test, "the classes of train, " + names, name);
      }
    }
    return new Split(read(train, names), read(test, names));
  }

  private static List<String> classes(Path folder) {
    return list(folder).stream()
        .filter(Files::isDirectory)
        .filter(d -> list(d).stream().anyMatch(ImageFolder::isImage))
        .map(d -> d.getFileName().toString())
        .toList();
  }

  private static Dataset read(Path folder, List<String> names) {
    List<Path> files = new ArrayList<>();
    List<Integer> labels = new ArrayList<>();
    for (int c = 0; c < names.size(); c++) {
      Path of = folder.resolve(names.get(c));
      if (Files.isDirectory(of)) {
        for (Path file : list(of)) {
          if (isImage(file)) {
            files.add(file);
            labels.add(c);
          }
        }
      }
    }
    if (files.isEmpty()) {
      throw BadInputException.at(folder, "images", "none");
    }
    List<BufferedImage> images = files.stream().map(ImageFolder::image).toList();
    int width = images.getFirst().getWidth();
    int height = images.getFirst().getHeight();
    boolean grey = images.stream().allMatch(i -> i.getRaster().getNumBands() == 1);
    int channels = grey ? 1 : 3;
    float[] values = new float[Math.multiplyExact(files.size(), channels * height * width)];
    for (int i = 0; i < images.size(); i++) {
      BufferedImage image = images.get(i);
      if (image.getWidth() != width || image.getHeight() != height) {
        throw BadInputException.at(
            files.get(i),
            "%d × %d pixels as in %s".formatted(width, height, files.getFirst().getFileName()),
            "%d × %d".formatted(image.getWidth(), image.getHeight()));
      }
      copy(image, grey, values, i * channels * height * width);
    }
    int[] shape = grey ? new int[] {height, width} : new int[] {3, height, width};
    List<String> fileNames = files.stream().map(f -> folder.relativize(f).toString()).toList();
    return new Dataset(
        new Features(files.size(), shape, values, true),
        new Labels.Classes(CsvDatasets.ints(labels), names),
        new Metadata(fileNames, null, null, null));
  }

  private static void copy(BufferedImage image, boolean grey, float[] values, int at) {
    int height = image.getHeight();
    int width = image.getWidth();
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int pixel = y * width + x;
        if (grey) {
          values[at + pixel] = image.getRaster().getSample(x, y, 0);
        } else {
          int rgb = image.getRGB(x, y);
          for (int c = 0; c < 3; c++) {
            values[at + c * height * width + pixel] = rgb >> (16 - 8 * c) & 0xff;
          }
        }
      }
    }
  }

  private static BufferedImage image(Path file) {
    try {
      BufferedImage image = ImageIO.read(file.toFile());
      if (image == null) {
        throw BadInputException.at(file, "a PNG, JPEG, GIF or BMP image", "other content");
      }
      return image;
    } catch (IOException e) {
      throw BadInputException.at(file, "a readable image", e.getMessage());
    }
  }

  private static boolean isImage(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return Stream.of(".png", ".jpg", ".jpeg", ".gif", ".bmp").anyMatch(name::endsWith);
  }

  private static List<Path> list(@Nullable Path folder) {
    if (folder == null || !Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.sorted().toList();
    } catch (IOException e) {
      throw new BadInputException("%s: cannot be listed (%s)".formatted(folder, e.getMessage()));
    }
  }
}
