package dev.whence.regress;

import dev.whence.linalg.CountMatrix;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Memory for the small Gram matrices of one target after another: to map and clear new memory for
 * each takes longer than to fill it.
 */
final class SubGrams {

  private static final int FIRST = 128;

  private record Kind(int capacity, boolean wide) {}

  private final Map<Kind, Queue<CountMatrix>> free = new ConcurrentHashMap<>();

  /** Returns a matrix of at least {@code units} rows; only its diagonal is sure to be 0. */
  CountMatrix take(int units, boolean wide) {
    int capacity = FIRST;
    while (capacity < units) {
      capacity = capacity * 3 / 2 / FIRST * FIRST + FIRST;
    }
    CountMatrix known = queue(new Kind(capacity, wide)).poll();
    return known != null ? known : new CountMatrix(capacity, wide);
  }

  /** Gives a matrix back. */
  void give(CountMatrix matrix) {
    queue(new Kind(matrix.units(), matrix.wide())).add(matrix);
  }

  private Queue<CountMatrix> queue(Kind kind) {
    return free.computeIfAbsent(kind, k -> new ConcurrentLinkedQueue<>());
  }
}
