package dev.whence.linalg.dense;

/**
 * Some rows of a row-major float matrix, in any order, so that a minibatch is read without being
 * copied.
 *
 * @param data elements of the matrix
 * @param offsets index in {@code data} at which each of these rows starts
 * @param count number of these rows: the entries of {@code offsets} in use
 */
public record Rows(float[] data, int[] offsets, int count) {

  /** Returns all {@code count} rows of a matrix that has {@code stride} floats a row. */
  public static Rows dense(float[] data, int stride, int count) {
    int[] offsets = new int[count];
    for (int i = 0; i < count; i++) {
      offsets[i] = i * stride;
    }
    return new Rows(data, offsets, count);
  }

  /** Returns the first {@code n} of these rows; the data are shared, not copied. */
  public Rows first(int n) {
    return new Rows(data, offsets, n);
  }
}
