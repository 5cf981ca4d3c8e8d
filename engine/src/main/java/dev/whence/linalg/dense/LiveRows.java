package dev.whence.linalg.dense;

import static dev.whence.linalg.dense.Strips.WIDTH;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The live rows of each output: the rows of a minibatch in which the output's gradient is not 0,
 * behind ReLU a quarter to half of the rows.
 *
 * <p>One object serves one thread.
 */
final class LiveRows {

  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_256;
  private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_256;
  private static final int LANES = SPECIES.length();

  /**
   * Entries reserved for an output: the rows of a batch, rounded up to a multiple of 8, and 8 more,
   * since the last store of a vector may write beyond the last row.
   */
  private final int room;

  /** Live rows, {@code room} entries for each output. */
  final int[] rows;

  /** Gradient of the output in each live row. */
  final float[] values;

  /**
   * For each output, the index in {@link #rows} after its last live row: a row of the batch at
   * which the output's gradient is not 0.
   */
  private final int[] ends;

  /** Gradients of a strip of 16 outputs, transposed: [16, room]. */
  private final float[] turned;

  /** Makes room for {@code outputs} outputs of up to {@code batch} rows. */
  LiveRows(int outputs, int batch) {
    room = Math.ceilDiv(batch, LANES) * LANES + LANES;
    rows = new int[Math.multiplyExact(outputs, room)];
    values = new float[rows.length];
    ends = new int[outputs];
    turned = new float[WIDTH * room];
  }

  /** Returns the index in {@link #rows} at which the live rows of {@code output} start. */
  int start(int output) {
    return output * room;
  }

  /** Returns the index in {@link #rows} at which the live rows of {@code output} end. */
  int end(int output) {
    return ends[output];
  }

  /**
   * Collects the live rows of each output and returns the number of live rows of all outputs.
   *
   * @param dz gradients of the outputs, row-major [count, stride]
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
   * Writes the gradients of 16 outputs at every row of the batch, live or not, transposed to {@link
   * #turned}; zeros follow the last row, up to the next multiple of 8 at least.
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
   * Appends the rows of one output whose gradient is not 0, from index {@code at}; returns the end
   * of these rows.
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
