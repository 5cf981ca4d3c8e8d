package dev.whence.linalg.dense;

import static dev.whence.linalg.dense.Panels.WIDTH;

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

  /** Gradients of 16 outputs, output by output. */
  private final float[] turned;

  /** Makes room for {@code outputs} outputs of up to {@code batch} rows. */
  LiveRows(int outputs, int batch) {
    room = Math.ceilDiv(batch, LANES) * LANES + LANES;
    rows = new int[Math.multiplyExact(outputs, room)];
    values = new float[rows.length];
    ends = new int[outputs];
    turned = new float[WIDTH * room];
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
   * @param dz gradients of outputs, row-major [count, stride]
   * @param outputs a multiple of 16
   */
  int collect(float[] dz, int stride, int count, int outputs) {
    int total = 0;
    for (int first = 0; first < outputs; first += WIDTH) {
      turn(dz, first, stride, count);
      for (int lane = 0; lane < WIDTH; lane++) {
        int output = first + lane;
        ends[output] = collect(lane * room, count, start(output));
        total += ends[output] - start(output);
      }
    }
    return total;
  }

  /** Fills {@link #turned}, with zeros behind the last row. */
  private void turn(float[] dz, int first, int stride, int count) {
    int whole = count - count % LANES;
    Squares.transpose(dz, first, stride, whole, WIDTH, turned, room);
    for (int i = whole; i < whole + LANES; i++) {
      for (int lane = 0; lane < WIDTH; lane++) {
        turned[lane * room + i] = i < count ? dz[i * stride + first + lane] : 0f;
      }
    }
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
