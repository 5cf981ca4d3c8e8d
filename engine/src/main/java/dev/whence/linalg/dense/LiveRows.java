package dev.whence.linalg.dense;

import static dev.whence.linalg.dense.Strips.WIDTH;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The live rows of each output of a dense layer: the rows of a minibatch in which the output's
 * gradient is not 0, behind ReLU a quarter to half of the rows.
 *
 * <p>One object serves one thread.
 */
final class LiveRows {

  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_256;
  private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_256;
  private static final int LANES = SPECIES.length();

  /**
   * Entries of {@link #rows} reserved for an output: the rows of a minibatch, rounded up to a
   * multiple of 8, and 8 more, since the last store of a vector may write beyond the last row.
   */
  private final int room;

  /**
   * Numbers of the live rows in the minibatch, increasing: those of output o from index o·room on,
   * at most {@code room} of them.
   */
  final int[] rows;

  /** Gradient of the output in each live row, at the same index as the row in {@link #rows}. */
  final float[] values;

  /**
   * For each output, the index in {@link #rows} after its last live row, a row of the minibatch in
   * which the output's gradient is not 0.
   */
  private final int[] ends;

  /**
   * Gradients of 16 outputs of a dense layer in every row of the minibatch, also where a gradient
   * is 0, transposed: [16, room].
   */
  private final float[] turned;

  /** Makes room for {@code outputs} outputs, each with up to {@code batch} live rows. */
  LiveRows(int outputs, int batch) {
    room = Math.ceilDiv(batch, LANES) * LANES + LANES;
    rows = new int[Math.multiplyExact(outputs, room)];
    values = new float[rows.length];
    ends = new int[outputs];
    turned = new float[WIDTH * room];
  }

  /** Returns the index in {@link #rows} of the first live row of {@code output}. */
  int start(int output) {
    return output * room;
  }

  /** Returns the index in {@link #rows} after the last live row of {@code output}. */
  int end(int output) {
    return ends[output];
  }

  /**
   * Finds the live rows of each output, replaces the former ones, and returns the number of live
   * rows summed over the outputs.
   *
   * @param dz gradients of the layer's outputs, row-major [count, stride]
   * @param count number of rows of the minibatch
   * @param outputs number of outputs, a multiple of 16
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

  /**
   * Writes the gradients of outputs first … first + 15 in every row of the minibatch, live or not,
   * transposed to {@link #turned}; zeros follow the last row, up to the next multiple of 8 at
   * least.
   */
  private void turn(float[] dz, int first, int stride, int count) {
    int whole = count - count % LANES;
    Squares.transpose(dz, first, stride, whole, WIDTH, turned, room);
    for (int i = whole; i < whole + LANES; i++) {
      for (int lane = 0; lane < WIDTH; lane++) {
        turned[lane * room + i] = i < count ? dz[i * stride + first + lane] : 0f;
      }
    }
  }

  /**
   * Writes the live rows of one output to {@link #rows} and their gradients to {@link #values},
   * both from index {@code at}; returns the index after the last.
   *
   * @param from index in {@link #turned} of the output's gradient in row 0
   * @param n number of rows of the minibatch
   */
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
