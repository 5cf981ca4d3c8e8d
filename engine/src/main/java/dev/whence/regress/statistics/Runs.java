package dev.whence.regress.statistics;

import dev.whence.design.Mask;
import dev.whence.store.RunStore;
import java.io.IOException;
import java.util.Arrays;

/**
 * Runs in memory: their masks X and outputs Y, to which a regression is fitted.
 *
 * @param count m, the number of runs
 * @param units d, the number of units
 * @param targets n, the number of targets
 * @param masks X, [m, ceil(d/8)] bytes: unit j is bit j % 8 of byte j / 8 of a row
 * @param outputs Y, one recorded output of each run on each target, [m, n] row-major
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

  /**
   * Reads all finished runs of {@code store}, with the recorded output {@code output} of all
   * targets.
   */
  public static Runs read(RunStore store, String output) throws IOException {
    int runs = store.doneRuns();
    float[] outputs = store.outputs(output, runs);
    return new Runs(
        runs, store.units(), runs == 0 ? 0 : outputs.length / runs, store.masks(runs), outputs);
  }

  /**
   * Reads runs [0, runs) of {@code store} with one recorded output of some targets, chunk after
   * chunk of runs.
   *
   * @param output name of the recorded output
   * @param targets indices of targets in {@code store}; target t of the result is targets[t]
   */
  public static Runs read(RunStore store, String output, int runs, int[] targets)
      throws IOException {
    float[] outputs = new float[Math.multiplyExact(runs, targets.length)];
    float[] row = new float[store.targets(output)];
    for (int c = 0, i = 0; i < runs; c++) {
      RunStore.OutputChunk chunk = store.outputsOf(output, c);
      for (int r = 0; r < store.rowsOf(c) && i < runs; r++, i++) {
        chunk.copy(r, 0, row.length, row, 0);
        for (int t = 0; t < targets.length; t++) {
          outputs[i * targets.length + t] = row[targets[t]];
        }
      }
    }
    return new Runs(runs, store.units(), targets.length, store.masks(runs), outputs);
  }

  /** Returns a copy of the mask of run {@code i}. */
  public Mask mask(int i) {
    int bytes = Mask.bytes(units);
    return new Mask(units, Arrays.copyOfRange(masks, i * bytes, (i + 1) * bytes));
  }

  /** Returns whether unit {@code j} is in the subset of run {@code i}. */
  public boolean holds(int i, int j) {
    return (masks[i * Mask.bytes(units) + (j >> 3)] >> (j & 7) & 1) == 1;
  }

  /** Returns the output of run {@code i} on target {@code t}. */
  public float output(int i, int t) {
    return outputs[i * targets + t];
  }
}
