package dev.whence.data;

import dev.whence.base.Api;
import dev.whence.base.BadInputException;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The inputs of a dataset's examples: a row-major float array [rows, shape…].
 *
 * @param rows number of examples
 * @param shape shape of one example: [784], [28, 28] (rows, columns) or [3, 32, 32] (channels,
 *     rows, columns)
 * @param values rows × product(shape) finite floats
 * @param bytes whether every value is an integer in 0…255 as read from 8-bit pixels; stored as
 *     uint8
 */
@Api
public record Features(int rows, int[] shape, float[] values, boolean bytes) {

  public Features {
    if (rows < 1 || shape.length == 0 || Arrays.stream(shape).anyMatch(s -> s < 1)) {
      throw new BadInputException(
          "features: expected at least one example and one value, found %d examples of shape %s"
              .formatted(rows, Arrays.toString(shape)));
    }
    long expected = rows;
    for (int s : shape) {
      expected *= s;
    }
    if (expected != values.length) {
      throw new BadInputException(
          "features: expected %d values for %d examples of shape %s, found %d"
              .formatted(expected, rows, Arrays.toString(shape), values.length));
    }
  }

  /** Returns features whose every value is finite, or refuses the first that is not. */
  public static Features checked(String where, int rows, int[] shape, float[] values) {
    int size = Math.max(1, values.length / Math.max(1, rows));
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw BadInputException.at(
            "%s, example %d, value %d".formatted(where, i / size, i % size),
            "a finite number",
            values[i]);
      }
    }
    return new Features(rows, shape, values, false);
  }

  /** Returns the number of values of one example. */
  public int size() {
    return values.length / rows;
  }

  /** Returns the shape of all examples as an array: [rows, shape…]. */
  public long[] arrayShape() {
    return IntStream.concat(IntStream.of(rows), IntStream.of(shape)).asLongStream().toArray();
  }

  /** Returns the type that holds the values in the fewest bytes: uint8 or float32. */
  public DType dtype() {
    return bytes ? DType.UINT8 : DType.FLOAT32;
  }

  /** Returns whether an example is a picture: [h, w], [1, h, w] or [3, h, w] of 8-bit pixels. */
  public boolean isImage() {
    return bytes && (shape.length == 2 || (shape.length == 3 && (shape[0] == 1 || shape[0] == 3)));
  }

  /** Returns the examples with the given indices, in that order. */
  public Features select(int[] indices) {
    int size = size();
    float[] selected = new float[Math.multiplyExact(indices.length, size)];
    IntStream.range(0, indices.length)
        .forEach(i -> System.arraycopy(values, indices[i] * size, selected, i * size, size));
    return new Features(indices.length, shape, selected, bytes);
  }

  /** Returns the shape as people write it, such as "28 × 28". */
  public String shapeText() {
    return Arrays.stream(shape)
        .mapToObj(Integer::toString)
        .reduce((a, b) -> a + " × " + b)
        .orElse("");
  }
}
