package dev.whence.data;

import dev.whence.base.BadInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A folder per class of images, all of one size; {@code train/} and {@code test/} (or {@code val/})
 * above the classes where a dataset has both. Images in deeper folders belong to the class above
 * them, as in torchvision. Grey images become [h, w] and others [3, h, w]; in a dataset with both,
 * all become [3, h, w].
 */
final class ImageFolder {

  private static final List<String> TESTS = List.of("test", "val", "valid", "validation");
  private static final List<String> ENDINGS =
      List.of(".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".webp");

  private final Reading reading;

  /** Number of files that were left out, by the ending of their names. */
  private final Map<String, Integer> leftOut = new TreeMap<>();

  /** Number of JPEG files whose EXIF orientation asks viewers to turn them. */
  private int turned;

  private ImageFolder(Reading reading) {
    this.reading = reading;
  }

  static boolean isImageFolder(Path folder) {
    Path train = train(folder);
    return !classes(train == null ? folder : train).isEmpty();
  }

  static Split split(Path folder, Reading reading) {
    ImageFolder images = new ImageFolder(reading);
    Split split = images.split(folder);
    images.leftOut.forEach(
        (what, n) -> reading.tell("%s: left out: %,d files (%s)", folder, n, what));
    if (images.turned > 0) {
      reading.tell(
          "%s: %,d JPEG files say that they are to be shown turned (EXIF); they are read as stored,"
              + " as PIL and torchvision do",
          folder, images.turned);
    }
    return split;
  }

  private Split split(Path folder) {
    Path train = train(folder);
    if (train == null) {
      return new Split(read(folder, classes(folder)), null);
    }
    List<String> others = new ArrayList<>();
    list(folder).stream()
        .filter(d -> Files.isDirectory(d) && !d.equals(train) && hasImages(d))
        .forEach(d -> others.add(d.getFileName().toString()));
    List<String> tests =
        TESTS.stream().flatMap(name -> others.stream().filter(name::equalsIgnoreCase)).toList();
    String test = tests.isEmpty() ? null : tests.getFirst();
    others.remove(test);
    if (!others.isEmpty()) {
      reading.tell("%s: left out: folders %s", folder, String.join(", ", others));
    }
    List<String> names = classes(train);
    if (test == null) {
      return new Split(read(train, names), null);
    }
    if (!test.equalsIgnoreCase(TESTS.getFirst())) {
      reading.tell("%s: %s/ is taken for the test set", folder, test);
    }
    Path tested = folder.resolve(test);
    for (String name : classes(tested)) {
      if (!names.contains(name)) {
        throw BadInputException.at(tested, "the classes of train, " + names, name);
      }
    }
    return new Split(read(train, names), read(tested, names));
  }

  /** Returns the folder "train", in whatever case; null where it does not exist. */
  private static @Nullable Path train(Path folder) {
    return list(folder).stream()
        .filter(d -> d.getFileName().toString().equalsIgnoreCase("train") && Files.isDirectory(d))
        .findFirst()
        .orElse(null);
  }

  /** Returns the names of the folders that have images in them, hidden folders left out. */
  private static List<String> classes(Path folder) {
    return list(folder).stream()
        .filter(d -> Files.isDirectory(d) && hasImages(d))
        .map(d -> d.getFileName().toString())
        .toList();
  }

  private static boolean hasImages(Path folder) {
    return files(folder).stream().anyMatch(ImageFolder::isImage);
  }

  private Dataset read(Path folder, List<String> names) {
    for (Path entry : list(folder)) {
      String name = entry.getFileName().toString();
      if (!Files.isDirectory(entry)) {
        leftOut.merge(ending(entry) + " beside the classes", 1, Integer::sum);
      } else if (!names.contains(name)) {
        reading.tell("%s: left out: %s, a folder without images", folder, name);
      }
    }
    List<Path> files = new ArrayList<>();
    List<Integer> labels = new ArrayList<>();
    for (int c = 0; c < names.size(); c++) {
      for (Path file : files(folder.resolve(names.get(c)))) {
        if (isImage(file)) {
          files.add(file);
          labels.add(c);
        } else {
          leftOut.merge(ending(file), 1, Integer::sum);
        }
      }
    }
    if (files.isEmpty()) {
      throw BadInputException.at(folder, "images", "none");
    }
    List<Pixels> images = files.stream().map(this::image).toList();
    Pixels first = images.getFirst();
    boolean grey = images.stream().allMatch(Pixels::grey);
    int channels = grey ? 1 : 3;
    int plane = first.height() * first.width();
    float[] values = new float[Math.multiplyExact(files.size(), channels * plane)];
    for (int i = 0; i < images.size(); i++) {
      Pixels image = images.get(i);
      if (image.width() != first.width() || image.height() != first.height()) {
        throw BadInputException.at(
            files.get(i),
            "%d × %d pixels as in %s"
                .formatted(first.width(), first.height(), files.getFirst().getFileName()),
            "%d × %d".formatted(image.width(), image.height()));
      }
      int at = i * channels * plane;
      for (int c = 0; c < channels; c++) {
        for (int p = 0; p < plane; p++) {
          values[at + c * plane + p] = image.level(p, c);
        }
      }
    }
    int[] shape =
        grey
            ? new int[] {first.height(), first.width()}
            : new int[] {3, first.height(), first.width()};
    List<String> fileNames = files.stream().map(f -> folder.relativize(f).toString()).toList();
    return new Dataset(
        new Features(files.size(), shape, values, true),
        new Labels.Classes(CsvDatasets.ints(labels), names),
        new Metadata(fileNames, null, null, null, null));
  }

  private Pixels image(Path file) {
    try {
      byte[] bytes = Files.readAllBytes(file);
      turned += JpegHeader.of(bytes).orientation() > 1 ? 1 : 0;
      return Pixels.read(bytes);
    } catch (IOException e) {
      throw BadInputException.at(
          file, "a whole PNG, JPEG, GIF, BMP, TIFF or lossless WebP image", e.getMessage());
    }
  }

  private static boolean isImage(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return ENDINGS.stream().anyMatch(name::endsWith);
  }

  private static String ending(Path file) {
    String name = file.getFileName().toString();
    int dot = name.lastIndexOf('.');
    return dot < 0 ? "no ending" : name.substring(dot).toLowerCase(Locale.ROOT);
  }

  /**
   * Returns the files in a folder and in its folders at any depth, hidden files left out, by name.
   */
  private static List<Path> files(Path folder) {
    return files(folder, new HashSet<>());
  }

  /**
   * @param folder folder to list
   * @param seen folders that are not entered again, as links may lead back to them
   */
  private static List<Path> files(Path folder, Set<Path> seen) {
    List<Path> files = new ArrayList<>();
    try {
      if (!Files.isDirectory(folder) || !seen.add(folder.toRealPath())) {
        return files;
      }
    } catch (IOException e) {
      throw new BadInputException("%s: cannot be listed (%s)".formatted(folder, e.getMessage()));
    }
    for (Path entry : list(folder)) {
      if (Files.isDirectory(entry)) {
        files.addAll(files(entry, seen));
      } else {
        files.add(entry);
      }
    }
    return files;
  }

  /** Returns what is in a folder, by name; hidden files and folders left out. */
  private static List<Path> list(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.filter(f -> !isHidden(f)).sorted().toList();
    } catch (IOException e) {
      throw new BadInputException("%s: cannot be listed (%s)".formatted(folder, e.getMessage()));
    }
  }

  private static boolean isHidden(Path file) {
    String name = file.getFileName().toString();
    return name.startsWith(".") || name.equals("__MACOSX") || name.equals("Thumbs.db");
  }
}
