package dev.whence.data;

import dev.whence.base.Api;
import dev.whence.base.BadInputException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Reads the dataset at a path, whichever of the known formats it has. */
@Api
public final class DatasetReader {

  /** Classes of Fashion-MNIST, in the order of its labels. */
  private static final List<String> FASHION =
      List.of(
          "T-shirt/top",
          "Trouser",
          "Pullover",
          "Dress",
          "Coat",
          "Sandal",
          "Shirt",
          "Sneaker",
          "Bag",
          "Ankle boot");

  private DatasetReader() {}

  /**
   * Returns the dataset at {@code path}, or the dataset that comes with Whence where {@code path}
   * is "bundled".
   */
  public static Split read(String path) {
    return read(path, ReadOptions.NONE, told -> {});
  }

  /**
   * Returns the dataset at {@code path}, or the dataset that comes with Whence where {@code path}
   * is "bundled".
   *
   * @param told receives a line for each guess and for each part that was left out
   */
  public static Split read(String path, ReadOptions options, Consumer<String> told) {
    if (path.equals("bundled")) {
      return bundled();
    }
    Reading reading = new Reading(options, told);
    Split split = read(path(path), reading);
    if (split.test() != null) {
      tellUnlearnable(path, split.train(), split.test(), reading);
    }
    return split;
  }

  /** Reports the classes that occur in the test set only. */
  private static void tellUnlearnable(String path, Dataset train, Dataset test, Reading reading) {
    if (train.labels() instanceof Labels.Classes learnt
        && test.labels() instanceof Labels.Classes asked) {
      Set<Integer> known = IntStream.of(learnt.values()).boxed().collect(Collectors.toSet());
      List<String> unknown =
          IntStream.of(asked.values())
              .distinct()
              .filter(c -> !known.contains(c))
              .sorted()
              .mapToObj(asked.names()::get)
              .toList();
      if (!unknown.isEmpty()) {
        reading.tell(
            "%s: of the test set alone, so that no model can learn them: classes %s",
            path, String.join(", ", unknown));
      }
    }
  }

  /** Returns a path that this system's locale can write, or refuses it. */
  private static Path path(String path) {
    try {
      return Path.of(path);
    } catch (InvalidPathException e) {
      throw BadInputException.at(path, "a path", e.getReason());
    }
  }

  /** Returns the dataset at {@code path}; guesses are not reported. */
  public static Split read(Path path) {
    return read(path, new Reading(ReadOptions.NONE, told -> {}));
  }

  /**
   * Returns the dataset at {@code path}: IDX files, CIFAR binaries, .npy files, a folder per class
   * of images or train.csv in a folder; or one .npz, .csv or .tsv file. Tables {@code
   * train.metadata.csv} and {@code test.metadata.csv} in the folder add metadata.
   */
  private static Split read(Path path, Reading reading) {
    if (!Files.exists(path)) {
      throw BadInputException.at(path, "a dataset", "nothing there");
    }
    if (Files.isDirectory(path)) {
      return withMetadata(path, folder(path, reading), reading);
    }
    String name = path.getFileName().toString().toLowerCase(Locale.ROOT);
    if (name.endsWith(".npz")) {
      return NumpyDatasets.npz(path, reading);
    }
    if (Stream.of(".csv", ".tsv", ".csv.gz", ".tsv.gz").anyMatch(name::endsWith)) {
      return CsvDatasets.file(path, reading);
    }
    if (name.contains("images-idx") || name.contains("images.idx")) {
      Path labels =
          path.resolveSibling(
              path.getFileName().toString().replace("images", "labels").replace("idx3", "idx1"));
      return new Split(Idx.dataset(path, labels, List.of()), null);
    }
    throw BadInputException.at(
        path, "a folder, or a file .npz, .csv, .tsv or *images-idx3-ubyte(.gz)", name);
  }

  /**
   * Returns the subset of Fashion-MNIST that comes with Whence: 2,000 training and 500 test images.
   */
  public static Split bundled() {
    return new Split(bundled("train"), bundled("t10k"));
  }

  private static Dataset bundled(String part) {
    Idx.Array images = resource(part + "-images-idx3-ubyte.gz");
    Idx.Array labels = resource(part + "-labels-idx1-ubyte.gz");
    Path where = Path.of("bundled", part);
    return Idx.dataset(images, where, labels, where, FASHION);
  }

  private static Idx.Array resource(String name) {
    try (var in = DatasetReader.class.getResourceAsStream("fashion-mnist/" + name)) {
      if (in == null) {
        throw new IllegalStateException("the resource fashion-mnist/" + name + " is missing");
      }
      return Idx.read(Path.of(name), new java.util.zip.GZIPInputStream(in));
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static Split folder(Path folder, Reading reading) {
    Path idx = InputFiles.find(folder, "train-images-idx3-ubyte", "train-images.idx3-ubyte");
    if (idx != null) {
      return idxFolder(folder, idx);
    }
    if (Cifar.isCifar10(folder)) {
      return Cifar.cifar10(folder);
    }
    if (Cifar.isCifar100(folder)) {
      return Cifar.cifar100(folder);
    }
    if (NumpyDatasets.isFolder(folder)) {
      return NumpyDatasets.folder(folder, reading);
    }
    Path csv = InputFiles.find(folder, "train.csv");
    if (csv != null) {
      return CsvDatasets.files(csv, InputFiles.find(folder, "test.csv"), reading);
    }
    if (ImageFolder.isImageFolder(folder)) {
      return ImageFolder.split(folder, reading);
    }
    Cifar.refusePickled(folder);
    throw BadInputException.at(
        folder,
        "train-images-idx3-ubyte(.gz), data_batch_1.bin, train.bin, x_train.npy, train.csv or a"
            + " folder of images per class",
        "none of them");
  }

  private static Split idxFolder(Path folder, Path trainImages) {
    Dataset train = Idx.dataset(trainImages, labelsOf(folder, "train"), List.of());
    Path testImages = InputFiles.find(folder, "t10k-images-idx3-ubyte", "t10k-images.idx3-ubyte");
    if (testImages == null) {
      return new Split(train, null);
    }
    List<String> names = ((Labels.Classes) train.labels()).names();
    return new Split(train, Idx.dataset(testImages, labelsOf(folder, "t10k"), names));
  }

  private static Path labelsOf(Path folder, String part) {
    Path labels = InputFiles.find(folder, part + "-labels-idx1-ubyte", part + "-labels.idx1-ubyte");
    if (labels == null) {
      throw BadInputException.at(folder, part + "-labels-idx1-ubyte(.gz)", "none");
    }
    return labels;
  }

  private static Split withMetadata(Path folder, Split split, Reading reading) {
    Path train = InputFiles.find(folder, "train.metadata.csv");
    Path test = InputFiles.find(folder, "test.metadata.csv");
    Dataset testSet = split.test();
    return new Split(
        train == null
            ? split.train()
            : split.train().withMetadata(MetadataTable.read(train, split.train().rows(), reading)),
        test == null || testSet == null
            ? testSet
            : testSet.withMetadata(MetadataTable.read(test, testSet.rows(), reading)));
  }
}
