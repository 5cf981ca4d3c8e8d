package dev.whence.data;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Datasets from numpy: {@code x_train}, {@code y_train}, {@code x_test}, {@code y_test} (or {@code
 * x}, {@code y}; capital X too) as members of one .npz or as .npy files of one folder. Integer
 * labels are classes, floating-point ones real.
 */
final class NumpyDatasets {

  private NumpyDatasets() {}

  static boolean isFolder(Path folder) {
    return InputFiles.find(folder, "x_train.npy", "X_train.npy", "x.npy", "X.npy") != null;
  }

  static Split folder(Path folder) {
    try (Arena arena = Arena.ofConfined()) {
      Map<String, NpyArray> arrays = new LinkedHashMap<>();
      for (String name : new String[] {"x_train", "y_train", "x_test", "y_test", "x", "y"}) {
        String capital = name.replace('x', 'X');
        Path file = InputFiles.find(folder, name + ".npy", capital + ".npy");
        if (file != null) {
          arrays.put(name, NpyArray.map(file, arena));
        }
      }
      return split(folder.toString(), arrays);
    }
  }

  static Split npz(Path file) {
    return split(file.toString(), Npz.read(file));
  }

  private static Split split(String where, Map<String, NpyArray> arrays) {
    boolean parts = arrays.containsKey("x_train");
    NpyArray testFeatures = arrays.get("x_test");
    Dataset train = dataset(where, arrays, parts ? "x_train" : "x", parts ? "y_train" : "y");
    if (testFeatures == null) {
      return new Split(train, null);
    }
    Dataset test = dataset(where, arrays, "x_test", "y_test");
    return train.labels() instanceof Labels.Classes a && test.labels() instanceof Labels.Classes b
        ? new Split(renamed(train, a, b), renamed(test, b, a))
        : new Split(train, test);
  }

  /** Train and test number their classes alike, though one of them may lack the last classes. */
  private static Dataset renamed(Dataset dataset, Labels.Classes own, Labels.Classes other) {
    return new Dataset(
        dataset.features(),
        own.count() >= other.count() ? own : new Labels.Classes(own.values(), other.names()));
  }

  private static Dataset dataset(String where, Map<String, NpyArray> arrays, String x, String y) {
    NpyArray features = arrays.get(x);
    NpyArray labels = arrays.get(y);
    if (features == null || labels == null) {
      throw BadInputException.at(
          where, "arrays '%s' and '%s'".formatted(x, y), String.join(", ", arrays.keySet()));
    }
    if (features.shape().length < 2 || features.rowSize() == 0 || features.rows() == 0) {
      throw BadInputException.at(
          features.where(), "a non-empty array [examples, …]", "shape " + features.shapeText());
    }
    if (labels.rowSize() != 1 || labels.rows() != features.rows()) {
      throw BadInputException.at(
          labels.where(),
          "%d labels, one an example".formatted(features.rows()),
          "shape " + labels.shapeText());
    }
    int[] shape =
        IntStream.range(1, features.shape().length)
            .map(i -> Math.toIntExact(features.shape()[i]))
            .toArray();
    int rows = Math.toIntExact(features.rows());
    Features checked =
        features.dtype() == DType.UINT8
            ? new Features(rows, shape, features.toFloats(), true)
            : Features.checked(features.where(), rows, shape, features.toFloats());
    return new Dataset(
        checked,
        labels.dtype().isFloat()
            ? new Labels.Reals(labels.toFloats())
            : Labels.Classes.numbered(nonNegative(labels)));
  }

  private static int[] nonNegative(NpyArray labels) {
    int[] values = labels.toInts();
    for (int i = 0; i < values.length; i++) {
      if (values[i] < 0) {
        throw BadInputException.at(
            labels.where() + ", label " + i, "a class of at least 0", values[i]);
      }
    }
    return values;
  }
}
