package dev.whence.linalg;

import static dev.whence.linalg.Panels.WIDTH;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The rows of a minibatch in which an output's gradient is not 0, output by output: behind ReLU a
 * quarter or half of them.
 *
 * <p>One object serves one thread.
 */
final class LiveRows {

  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_256;
  private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_256;
  private static final int LANES = SPECIES.length();

  /** Places of an output: a multiple of 8, and as many as the last store may write beyond. */
  private final int room;

  final int[] rows;
  final float[] values;
  private final int[] ends;

  /** A panel's gradients, output by output. */
  private final float[] turned;

  /** Makes room for {@code outputs} outputs of up to {@code batch} rows. */
  LiveRows(int outputs, int batch) {
    room = paddedRows(batch) + LANES;
    rows = new int[Math.multiplyExact(outputs, room)];
    values = new float[rows.length];
    ends = new int[outputs];
    turned = new float[WIDTH * room];
  }

  /** Returns the rows that {@link #collect} reads where there are {@code count}. */
  static int paddedRows(int count) {
    return Math.ceilDiv(count, LANES) * LANES;
  }

  /** Returns where the rows of {@code output} start. */
  int start(int output) {
    return output * room;
  }

  /** Returns where they end. */
  int end(int output) {
    return ends[output];
  }

  /**
   * Collects the live rows of each output; returns how many there are in all.
   *
   * @param dz gradients of outputs by panel, [panels][count][16], and behind them whatever up to
   *     {@link #paddedRows}
   */
  int collect(float[] dz, int count, int panels) {
    int padded = paddedRows(count);
    int total = 0;
    for (int p = 0; p < panels; p++) {
      Squares.transpose(dz, p * count * WIDTH, padded, WIDTH, turned);
      for (int lane = 0; lane < WIDTH; lane++) {
        Arrays.fill(turned, lane * padded + count, (lane + 1) * padded, 0f);
        int output = p * WIDTH + lane;
        ends[output] = collect(lane * padded, padded, start(output));
        total += ends[output] - start(output);
      }
    }
    return total;
  }

  private int collect(int from, int n, int at) {
    IntVector row = IntVector.zero(INTS).addIndex(1);
    for (int i = 0; i < n; i += LANES) {
      FloatVector value = FloatVector.fromArray(SPECIES, turned, Indices.plain(from + i));
      VectorMask<Float> live = value.compare(VectorOperators.NE, 0f);
      value.compress(live).intoArray(values, at);
      row.compress(live.cast(INTS)).intoArray(rows, at);
      row = row.add(LANES);
      at += live.trueCount();
    }
    return at;
  }
}
