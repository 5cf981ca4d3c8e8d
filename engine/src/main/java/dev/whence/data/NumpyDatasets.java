package dev.whence.data;

import dev.whence.base.BadInputException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Datasets from numpy: {@code x_train}, {@code y_train}, {@code x_test}, {@code y_test} (or {@code
 * x}, {@code y}; capital X too) as members of one .npz or as .npy files of one folder
 * (docs/formats.md). Labels of an integer type are classes, named by their numbers; floating-point
 * labels are real unless {@link LabelRule} takes them for classes.
 */
final class NumpyDatasets {

  private static final Set<String> NAMES =
      Set.of("x_train", "y_train", "x_test", "y_test", "x", "y");

  private NumpyDatasets() {}

  static boolean isFolder(Path folder) {
    return InputFiles.find(folder, "x_train.npy", "X_train.npy", "x.npy", "X.npy") != null;
  }

  static Split folder(Path folder, Reading reading) {
    try (Arena arena = Arena.ofConfined()) {
      Map<String, NpyArray> arrays = new LinkedHashMap<>();
      for (String name : NAMES) {
        String capital = name.replace('x', 'X');
        Path file = InputFiles.find(folder, name + ".npy", capital + ".npy");
        if (file != null) {
          arrays.put(name, NpyArray.map(file, arena));
        }
      }
      return split(folder.toString(), arrays, reading);
    }
  }

  static Split npz(Path file, Reading reading) {
    Map<String, NpyArray> arrays = Npz.read(file, NAMES::contains);
    List<String> others = new ArrayList<>(Npz.names(file));
    others.removeAll(NAMES);
    if (!others.isEmpty()) {
      reading.tell("%s: left out, as no part of a dataset: %s", file, String.join(", ", others));
    }
    return split(file.toString(), arrays, reading);
  }

  private static Split split(String where, Map<String, NpyArray> arrays, Reading reading) {
    boolean parts = arrays.containsKey("x_train");
    if (parts && arrays.containsKey("x")) {
      reading.tell("%s: left out, beside x_train and y_train: x and y", where);
    }
    NpyArray trainLabels = required(where, arrays, parts ? "y_train" : "y");
    NpyArray train = features(where, arrays, parts ? "x_train" : "x", trainLabels);
    if (!arrays.containsKey("x_test")) {
      Labels labels = labels(List.of(trainLabels), reading).getFirst();
      return new Split(dataset(train, labels, reading), null);
    }
    NpyArray testLabels = required(where, arrays, "y_test");
    NpyArray test = features(where, arrays, "x_test", testLabels);
    List<Labels> labels = labels(List.of(trainLabels, testLabels), reading);
    Reading silent = new Reading(reading.options(), told -> {});
    return new Split(dataset(train, labels.get(0), reading), dataset(test, labels.get(1), silent));
  }

  private static NpyArray required(String where, Map<String, NpyArray> arrays, String name) {
    NpyArray array = arrays.get(name);
    if (array == null) {
      throw BadInputException.at(
          where,
          "arrays x_train and y_train, or x and y (and x_test, y_test)",
          arrays.isEmpty() ? "none of them" : String.join(", ", new TreeSet<>(arrays.keySet())));
    }
    return array;
  }

  private static NpyArray features(
      String where, Map<String, NpyArray> arrays, String name, NpyArray labels) {
    NpyArray features = required(where, arrays, name);
    if (features.shape().length < 2 || features.rowSize() == 0 || features.rows() == 0) {
      throw BadInputException.at(
          features.where(), "a non-empty array [examples, …]", "shape " + features.shapeText());
    }
    if (labels.shape().length == 0 || labels.rows() != features.rows() || labels.rowSize() != 1) {
      throw BadInputException.at(
          labels.where(),
          "%d labels, one an example (one-hot labels: their argmax)".formatted(features.rows()),
          "shape " + labels.shapeText());
    }
    return features;
  }

  private static Dataset dataset(NpyArray array, Labels labels, Reading reading) {
    int rows = Math.toIntExact(array.rows());
    int[] shape =
        IntStream.range(1, array.shape().length)
            .map(i -> Math.toIntExact(array.shape()[i]))
            .toArray();
    boolean bytes = array.dtype() == DType.UINT8;
    float[] values = bytes ? array.toFloats() : narrow(array);
    Features read =
        bytes
            ? new Features(rows, shape, values, true)
            : Features.checked(array.where(), rows, shape, values);
    Features features = Channels.first(array.where(), read, reading);
    List<String> places = IntStream.range(0, rows).mapToObj(i -> "index " + i).toList();
    return new Dataset(features, labels, new Metadata(null, null, null, null, places));
  }

  /** Returns the elements as float32; refuses values that float32 cannot tell apart. */
  private static float[] narrow(NpyArray array) {
    DType type = array.dtype();
    if (type.bytes() <= 2 || type == DType.FLOAT32) {
      return array.toFloats();
    }
    int rows = Math.toIntExact(array.rows());
    int size = Math.toIntExact(array.rowSize());
    float[] values = new float[Math.multiplyExact(rows, size)];
    double[] column = new double[rows];
    for (int j = 0; j < size; j++) {
      boolean finite = true;
      for (int i = 0; i < rows; i++) {
        column[i] = array.get(i, j);
        finite &= Double.isFinite(column[i]);
      }
      String where = "%s, value %d of each example".formatted(array.where(), j);
      float[] narrow = finite ? Decimal.narrow(where, column) : null;
      for (int i = 0; i < rows; i++) {
        values[i * size + j] = narrow == null ? (float) column[i] : narrow[i];
      }
    }
    return values;
  }

  /** Reads the labels of the training and test set; both sets together determine the classes. */
  private static List<Labels> labels(List<NpyArray> arrays, Reading reading) {
    List<double[]> all = arrays.stream().map(NumpyDatasets::values).toList();
    double[] together = all.stream().flatMapToDouble(Arrays::stream).toArray();
    String where = arrays.getFirst().where();
    @Nullable String task = reading.options().task();
    boolean floats = arrays.stream().anyMatch(a -> a.dtype().isFloat());
    boolean real =
        task == null
            ? floats && !LabelRule.areClasses(where, together, reading)
            : task.equals(ReadOptions.REGRESSION);
    if (real) {
      return IntStream.range(0, arrays.size())
          .<Labels>mapToObj(
              i -> new Labels.Reals(Decimal.narrow(arrays.get(i).where(), all.get(i))))
          .toList();
    }
    double[] distinct = Arrays.stream(together).distinct().sorted().toArray();
    if (task == null) {
      LabelRule.requireClasses(where, Arrays.stream(together).boxed().toList());
    }
    Map<Double, Integer> index = new HashMap<>();
    List<String> names = new ArrayList<>();
    for (double value : distinct) {
      index.put(value, names.size());
      names.add(value == (long) value ? Long.toString((long) value) : Double.toString(value));
    }
    if (distinct[0] != 0 || distinct[distinct.length - 1] != distinct.length - 1) {
      reading.tell(
          "%s: %,d classes, numbered from 0, named %s",
          where, names.size(), names.size() > 8 ? names.subList(0, 8) + " …" : names);
    }
    return all.stream()
        .<Labels>map(
            values ->
                new Labels.Classes(Arrays.stream(values).mapToInt(index::get).toArray(), names))
        .toList();
  }

  private static double[] values(NpyArray labels) {
    double[] values = new double[Math.toIntExact(labels.rows())];
    for (int i = 0; i < values.length; i++) {
      values[i] = labels.get(i, 0);
      if (!Double.isFinite(values[i])) {
        throw BadInputException.at(
            "%s, label %d".formatted(labels.where(), i), "a finite number", values[i]);
      }
      if (Math.abs(values[i]) > 1L << 53 && !labels.dtype().isFloat()) {
        throw BadInputException.at(
            "%s, label %d".formatted(labels.where(), i), "a whole number below 2^53", values[i]);
      }
    }
    return values;
  }
}
