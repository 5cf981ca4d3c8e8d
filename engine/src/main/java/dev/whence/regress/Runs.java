package dev.whence.regress;

import dev.whence.design.Mask;
import dev.whence.store.RunStore;
import java.io.IOException;

/**
 * Runs in memory: the X and Y of the regression.
 *
 * @param count m
 * @param units d
 * @param targets n
 * @param masks [m, ceil(d/8)] packed, bitorder little
 * @param outputs [m, n] row-major
 */
public record Runs(int count, int units, int targets, byte[] masks, float[] outputs) {

  public Runs {
    if (masks.length != (long) count * Mask.bytes(units)
        || outputs.length != (long) count * targets) {
      throw new IllegalArgumentException(
          "expected masks of %d x %d bytes and outputs of %d x %d, found %d and %d"
              .formatted(count, Mask.bytes(units), count, targets, masks.length, outputs.length));
    }
  }

  /** Reads the finished runs of {@code store} with one output. */
  public static Runs read(RunStore store, String output) throws IOException {
    int runs = store.doneRuns();
    float[] outputs = store.outputs(output, runs);
    return new Runs(
        runs, store.units(), runs == 0 ? 0 : outputs.length / runs, store.masks(runs), outputs);
  }

  /** Returns these runs alone, in this order. */
  public Runs rows(int[] rows) {
    int bytes = Mask.bytes(units);
    byte[] ofMasks = new byte[rows.length * bytes];
    float[] ofOutputs = new float[rows.length * targets];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(masks, rows[i] * bytes, ofMasks, i * bytes, bytes);
      System.arraycopy(outputs, rows[i] * targets, ofOutputs, i * targets, targets);
    }
    return new Runs(rows.length, units, targets, ofMasks, ofOutputs);
  }

  /** Returns whether run {@code i} holds unit {@code j}. */
  public boolean holds(int i, int j) {
    return (masks[i * Mask.bytes(units) + (j >> 3)] >> (j & 7) & 1) == 1;
  }

  /** Returns the output of run {@code i} on target {@code t}. */
  public float output(int i, int t) {
    return outputs[i * targets + t];
  }

  /**
   * Returns the prediction θᵀ1_S + θ₀ for run {@code i} (Ilyas et al. 2022, eq. 5).
   *
   * @param weights [d]
   */
  public double predict(int i, float[] weights, double bias) {
    double sum = bias;
    int from = i * Mask.bytes(units);
    for (int b = 0; b < Mask.bytes(units); b++) {
      for (int bits = masks[from + b] & 0xff; bits != 0; bits &= bits - 1) {
        sum += weights[b * 8 + Integer.numberOfTrailingZeros(bits)];
      }
    }
    return sum;
  }
}
