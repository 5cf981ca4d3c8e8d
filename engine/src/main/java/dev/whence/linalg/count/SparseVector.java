package dev.whence.linalg.count;

import java.util.stream.IntStream;

/**
 * A vector as its elements that are not 0.
 *
 * @param indices indices of the elements that are not 0, increasing
 * @param values values of the elements that are not 0, one for each index
 */
public record SparseVector(int[] indices, double[] values) {

  /** Returns {@code dense}, a vector of all elements, as its elements that are not 0. */
  public static SparseVector of(double[] dense) {
    int[] support = support(dense);
    return new SparseVector(support, IntStream.of(support).mapToDouble(j -> dense[j]).toArray());
  }

  /** Returns the indices of the elements of {@code dense} that are not 0, increasing. */
  public static int[] support(double[] dense) {
    return IntStream.range(0, dense.length).filter(j -> dense[j] != 0).toArray();
  }
}
