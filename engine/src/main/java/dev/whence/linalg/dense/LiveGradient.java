package dev.whence.linalg.dense;

import static dev.whence.linalg.dense.Panels.WIDTH;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The gradient of a layer whose outputs' gradients are mostly 0, as behind ReLU: an output's is a
 * sum over the rows in which it lives.
 *
 * <p>The same bits as the dense sum, in the same order: a term of 0 changes nothing. Each value of
 * a row is loaded for one product only, so the speed is that of the nearest cache. Tiles of inputs
 * start at {@link #LEAD}: where arrays are aligned to 32 bytes, as the launcher has them, no vector
 * of a tile then lies on two lines of the cache, which would cost a third of the speed.
 */
final class LiveGradient {

  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_256;
  private static final int LANES = SPECIES.length();

  /** Inputs of a tile. */
  static final int TILE = 64;

  /** The elements of an array begin 16 bytes into it. */
  static final int LEAD = 4;

  /** With more of the rows alive than this, the dense sum is faster. */
  private static final double DENSE = 0.75;

  private LiveGradient() {}

  /**
   * As {@link DenseKernels#descend}; returns false, having done nothing, where it would be slow.
   */
  static boolean descend(
      Rows x, float[] dz, int stride, Panels w, Panels velocity, SgdStep step, Workspace space) {
    if (w.rows() < TILE) {
      return false;
    }
    LiveRows live = space.live();
    int outputs = w.panels() * WIDTH;
    if (live.collect(dz, stride, x.count(), outputs) > DENSE * x.count() * outputs) {
      return false;
    }
    for (int done = 0; done < w.rows(); ) {
      // The last tile overlaps the one before it; of what both have only the first is used.
      int k = Math.min(done, w.rows() - TILE);
      int skip = (done - k) * WIDTH;
      pack(x, k, space.tile);
      for (int p = 0; p < w.panels(); p++) {
        for (int lane = 0; lane < WIDTH; lane++) {
          sum(live, p * WIDTH + lane, space.tile, space.sums, lane * TILE);
        }
        Squares.transpose(space.sums, 0, TILE, WIDTH, TILE, space.gradient, WIDTH);
        int at = (p * w.rows() + done) * WIDTH;
        int n = TILE * WIDTH - skip;
        VectorElementwise.update(space.gradient, skip, n, w.data(), velocity.data(), at, step);
      }
      done = k + TILE;
    }
    return true;
  }

  /** Copies inputs k … k + 64 of every row side by side. */
  private static void pack(Rows rows, int k, float[] tile) {
    float[] x = rows.data();
    for (int i = 0; i < rows.count(); i++) {
      int from = Indices.plain(rows.offsets()[i] + k);
      int to = Indices.plain(LEAD + i * TILE);
      for (int j = 0; j < TILE; j += LANES) {
        FloatVector.fromArray(SPECIES, x, from + j).intoArray(tile, to + j);
      }
    }
  }

  /** Writes the gradient of the weights of a tile's inputs and an output. */
  private static void sum(LiveRows live, int output, float[] tile, float[] sums, int at) {
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
      int from = Indices.plain(LEAD + rows[j] * TILE);
      a0 = value.fma(FloatVector.fromArray(SPECIES, tile, from), a0);
      a1 = value.fma(FloatVector.fromArray(SPECIES, tile, from + LANES), a1);
      a2 = value.fma(FloatVector.fromArray(SPECIES, tile, from + 2 * LANES), a2);
      a3 = value.fma(FloatVector.fromArray(SPECIES, tile, from + 3 * LANES), a3);
      a4 = value.fma(FloatVector.fromArray(SPECIES, tile, from + 4 * LANES), a4);
      a5 = value.fma(FloatVector.fromArray(SPECIES, tile, from + 5 * LANES), a5);
      a6 = value.fma(FloatVector.fromArray(SPECIES, tile, from + 6 * LANES), a6);
      a7 = value.fma(FloatVector.fromArray(SPECIES, tile, from + 7 * LANES), a7);
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
