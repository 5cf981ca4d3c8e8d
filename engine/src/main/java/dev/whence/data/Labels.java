package dev.whence.data;

import dev.whence.base.Api;
import dev.whence.base.BadInputException;
import java.util.List;
import java.util.stream.IntStream;

/** Labels, which a learner is to predict: a class or a real number for each example. */
@Api
public sealed interface Labels {

  /** Returns the number of examples. */
  int rows();

  /**
   * Returns the number of values that a model gives for an example: one a class, or one real
   * number.
   */
  int outputs();

  /** Returns the labels of the examples with the given indices, in that order. */
  Labels select(int[] indices);

  /** Returns the label of an example as a person reads it. */
  String text(int row);

  /**
   * Class labels.
   *
   * @param values class of each example, in 0 … names.size() − 1
   * @param names name of each class
   */
  record Classes(int[] values, List<String> names) implements Labels {
    public Classes {
      names = List.copyOf(names);
      for (int i = 0; i < values.length; i++) {
        if (values[i] < 0 || values[i] >= names.size()) {
          throw BadInputException.at(
              "label of example " + i, "a class in 0…" + (names.size() - 1), values[i]);
        }
      }
    }

    /** Returns labels whose classes are named 0, 1, … up to the largest that occurs. */
    public static Classes numbered(int[] values) {
      int classes = IntStream.of(values).max().orElse(0) + 1;
      return new Classes(values, IntStream.range(0, classes).mapToObj(Integer::toString).toList());
    }

    /** Returns the number of classes. */
    public int count() {
      return names.size();
    }

    @Override
    public int rows() {
      return values.length;
    }

    @Override
    public int outputs() {
      return count();
    }

    @Override
    public Classes select(int[] indices) {
      return new Classes(IntStream.of(indices).map(i -> values[i]).toArray(), names);
    }

    @Override
    public String text(int row) {
      return names.get(values[row]);
    }
  }

  /**
   * Real labels.
   *
   * @param values finite label of each example
   */
  record Reals(float[] values) implements Labels {
    public Reals {
      for (int i = 0; i < values.length; i++) {
        if (!Float.isFinite(values[i])) {
          throw BadInputException.at("label of example " + i, "a finite number", values[i]);
        }
      }
    }

    @Override
    public int rows() {
      return values.length;
    }

    @Override
    public int outputs() {
      return 1;
    }

    @Override
    public Reals select(int[] indices) {
      float[] selected = new float[indices.length];
      for (int i = 0; i < indices.length; i++) {
        selected[i] = values[indices[i]];
      }
      return new Reals(selected);
    }

    @Override
    public String text(int row) {
      return Float.toString(values[row]);
    }
  }
}
