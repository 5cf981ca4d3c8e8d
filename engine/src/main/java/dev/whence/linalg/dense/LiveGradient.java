package dev.whence.linalg.dense;

import static dev.whence.linalg.dense.Strips.WIDTH;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Computes the gradient of a dense layer's weights where most gradients of the layer's outputs are
 * 0, as behind ReLU: for each output a sum over the output's live rows, the rows of the minibatch
 * in which the output's gradient is not 0.
 *
 * <p>Each sum has the same bits as the sum over all rows: the order is the same, and a term of 0
 * changes nothing. Each value of a row is loaded for one product only, so the nearest cache limits
 * the speed. The inputs are copied in bands of 64 inputs of every row, from index {@link #LEAD} of
 * an array on: where arrays are aligned to 32 bytes, as the launcher's option makes them, no vector
 * of a band then lies on two cache lines, which would cost a third of the speed.
 */
final class LiveGradient {

  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_256;
  private static final int LANES = SPECIES.length();

  /** Number of inputs of a band. */
  static final int BAND = 64;

  /**
   * Index of the first float of a band in its array: the elements of a Java array begin at byte 16
   * of the array's object, so that the band begins at byte 32.
   */
  static final int LEAD = 4;

  /**
   * Fraction of live rows among the rows of all outputs above which the gradient is not computed by
   * this class, because the sum over all rows is faster.
   */
  private static final double DENSE = 0.75;

  private LiveGradient() {}

  /**
   * Takes the SGD step of {@link DenseKernels#descend} and returns true; or returns false and
   * changes no weights, where the layer has fewer than 64 inputs or too many rows are live.
   */
  static boolean descend(
      Rows x, float[] dz, int stride, Strips w, Strips velocity, SgdStep step, Workspace space) {
    if (w.rows() < BAND) {
      return false;
    }
    LiveRows live = space.live();
    int outputs = w.strips() * WIDTH;
    if (live.collect(dz, stride, x.count(), outputs) > DENSE * x.count() * outputs) {
      return false;
    }
    for (int done = 0; done < w.rows(); ) {
      // The last band may overlap the band before it: the weights of inputs k … done − 1 have had
      // their step, so this band's step begins at input done.
      int k = Math.min(done, w.rows() - BAND);
      int skip = (done - k) * WIDTH;
      pack(x, k, space.band);
      for (int p = 0; p < w.strips(); p++) {
        for (int lane = 0; lane < WIDTH; lane++) {
          sum(live, p * WIDTH + lane, space.band, space.sums, lane * BAND);
        }
        Squares.transpose(space.sums, 0, BAND, WIDTH, BAND, space.gradient, WIDTH);
        int at = (p * w.rows() + done) * WIDTH;
        int n = BAND * WIDTH - skip;
        VectorElementwise.update(space.gradient, skip, n, w.data(), velocity.data(), at, step);
      }
      done = k + BAND;
    }
    return true;
  }

  /**
   * Copies inputs k … k + 63 of every row of the minibatch side by side to {@code band}: [rows, 64]
   * from index {@link #LEAD} of {@code band}.
   */
  private static void pack(Rows rows, int k, float[] band) {
    float[] x = rows.data();
    for (int i = 0; i < rows.count(); i++) {
      int from = Indices.plain(rows.offsets()[i] + k);
      int to = Indices.plain(LEAD + i * BAND);
      for (int j = 0; j < BAND; j += LANES) {
        FloatVector.fromArray(SPECIES, x, from + j).intoArray(band, to + j);
      }
    }
  }

  /**
   * Writes the gradients of the 64 weights from a band of 64 inputs to one output of the layer to
   * elements at … at + 63 of {@code sums}.
   */
  private static void sum(LiveRows live, int output, float[] band, float[] sums, int at) {
    int[] rows = live.rows;
    float[] values = live.values;
    FloatVector a0 = FloatVector.zero(SPECIES);
    FloatVector a1 = FloatVector.zero(SPECIES);
    FloatVector a2 = FloatVector.zero(SPECIES);
    FloatVector a3 = FloatVector.zero(SPECIES);
    FloatVector a4 = FloatVector.zero(SPECIES);
    FloatVector a5 = FloatVector.zero(SPECIES);
    FloatVector a6 = FloatVector.zero(SPECIES);
    FloatVector a7 = FloatVector.zero(SPECIES);
    int end = live.end(output);
    for (int j = live.start(output); j < end; j++) {
      FloatVector value = FloatVector.broadcast(SPECIES, values[j]);
      int from = Indices.plain(LEAD + rows[j] * BAND);
      a0 = value.fma(FloatVector.fromArray(SPECIES, band, from), a0);
      a1 = value.fma(FloatVector.fromArray(SPECIES, band, from + LANES), a1);
      a2 = value.fma(FloatVector.fromArray(SPECIES, band, from + 2 * LANES), a2);
      a3 = value.fma(FloatVector.fromArray(SPECIES, band, from + 3 * LANES), a3);
      a4 = value.fma(FloatVector.fromArray(SPECIES, band, from + 4 * LANES), a4);
      a5 = value.fma(FloatVector.fromArray(SPECIES, band, from + 5 * LANES), a5);
      a6 = value.fma(FloatVector.fromArray(SPECIES, band, from + 6 * LANES), a6);
      a7 = value.fma(FloatVector.fromArray(SPECIES, band, from + 7 * LANES), a7);
    }
    int to = Indices.plain(at);
    a0.intoArray(sums, to);
    a1.intoArray(sums, to + LANES);
    a2.intoArray(sums, to + 2 * LANES);
    a3.intoArray(sums, to + 3 * LANES);
    a4.intoArray(sums, to + 4 * LANES);
    a5.intoArray(sums, to + 5 * LANES);
    a6.intoArray(sums, to + 6 * LANES);
    a7.intoArray(sums, to + 7 * LANES);
  }
}
