package dev.whence.app.bench;

import dev.whence.base.Folders;
import dev.whence.base.Key;
import dev.whence.base.Parallel;
import dev.whence.base.Progress;
import dev.whence.base.Purpose;
import dev.whence.data.DType;
import dev.whence.design.Mask;
import dev.whence.design.UniformSubsets;
import dev.whence.pool.Targets;
import dev.whence.store.Manifest;
import dev.whence.store.RunStore;
import dev.whence.store.Study;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;

/**
 * A pool whose datamodels are known: outputs are planted weights on the masks, and noise.
 *
 * <p>A target hangs on {@value #GROUPS} groups of 8 neighbouring units with heavy-tailed weights
 * (the cube of a normal number) and a little on every unit, through {@value #DIRECTIONS} directions
 * that all targets share. The heavy weights make {@value #HEAVY} of the variance of the outputs,
 * the small ones {@value #SMALL}; the rest is noise. Outputs are stored in half precision, as the
 * published pools are.
 *
 * @param units d
 * @param runs m
 * @param targets n
 */
record PlantedPool(int units, int runs, int targets) {

  static final String OUTPUT = "output";

  private static final long SEED = 0;
  private static final int GROUPS = 12;
  private static final int DIRECTIONS = 16;
  private static final double HEAVY = 0.40;
  private static final double SMALL = 0.02;
  private static final double SPREAD = 2;
  private static final double MEAN = 3;
  private static final int CHUNK_BYTES = 16 << 20;

  /** Targets whose tables are in the second-level cache together. */
  private static final int BLOCK = 16;

  /** Writes the pool as a study of imported runs. */
  void write(Path folder, Parallel parallel, Progress progress) throws IOException {
    int chunkRows =
        Math.clamp(CHUNK_BYTES / (Mask.bytes(units) + 2L * targets) / 64 * 64, 64, 1 << 16);
    Manifest manifest = Manifest.imported(SEED, units, targets, OUTPUT, chunkRows);
    Study.create(
        folder,
        staging -> {
          manifest.write(staging.resolve("study.json"));
          RunStore store =
              RunStore.create(
                  staging.resolve("pool"),
                  runs,
                  units,
                  Map.of(OUTPUT, new int[] {targets}),
                  DType.FLOAT16,
                  chunkRows);
          fill(store, parallel, progress);
        });
  }

  /**
   * Makes target t unit t of S, or no target a unit: what was summed and fitted for others goes.
   * Counts stay.
   */
  void place(Study study, boolean inS) throws IOException {
    Targets wanted =
        new Targets(IntStream.range(0, targets).map(t -> inS ? t : -1).toArray(), null);
    if (!Arrays.equals(wanted.units(), Targets.of(study).units())) {
      Folders.delete(study.datamodels());
      Folders.delete(study.statistics().resolve("sums-" + OUTPUT));
      wanted.write(study.folder());
    }
  }

  private void fill(RunStore store, Parallel parallel, Progress progress) throws IOException {
    float[][] directions = directions();
    try (Progress.Task task = progress.start("planting", runs, "runs")) {
      for (int c = 0; c < store.chunks(); c++) {
        long first = (long) c * store.chunkRows();
        Mask[] masks = new Mask[store.rowsOf(c)];
        float[][] outputs = new float[masks.length][targets];
        float[][] projected = new float[masks.length][];
        UniformSubsets design = new UniformSubsets(units, 0.5);
        parallel.forEach(
            masks.length,
            i -> {
              masks[i] = design.mask(SEED, Purpose.SUBSET, first + i);
              projected[i] = project(masks[i], directions);
              noise(first + i, outputs[i]);
            });
        parallel.forEach(
            Math.ceilDiv(targets, BLOCK), b -> add(b * BLOCK, masks, projected, outputs));
        store.write(c, Arrays.asList(masks), Map.of(OUTPUT, new ArrayList<>(List.of(outputs))));
        task.step(masks.length);
      }
    }
  }

  private static void noise(long run, float[] output) {
    UniformRandomProvider random = new Key(SEED, Purpose.PLANTED_NOISE, run).random();
    ZigguratSampler.NormalizedGaussian normal = ZigguratSampler.NormalizedGaussian.of(random);
    double scale = SPREAD * Math.sqrt(1 - HEAVY - SMALL);
    for (int t = 0; t < output.length; t++) {
      output[t] = (float) (MEAN + scale * normal.sample());
    }
  }

  /** Returns the shared directions as sums over the subsets of each byte, [ceil(d/8)][256·16]. */
  private float[][] directions() {
    float[][] tables = new float[Mask.bytes(units)][];
    for (int g = 0; g < tables.length; g++) {
      float[] rows = new float[8 * DIRECTIONS];
      for (int b = 0; b < 8; b++) {
        for (int r = 0; r < DIRECTIONS; r++) {
          rows[b * DIRECTIONS + r] = direction(8 * g + b, r);
        }
      }
      tables[g] = table(rows, DIRECTIONS);
    }
    return tables;
  }

  /** Returns +1 or −1, from the bits of a mixed index. */
  private static float direction(int unit, int r) {
    long mixed = (unit * 0x9E3779B97F4A7C15L) ^ (r * 0xC2B2AE3D27D4EB4FL);
    mixed = (mixed ^ (mixed >>> 31)) * 0x94D049BB133111EBL;
    return (mixed >>> 40 & 1) == 1 ? 1 : -1;
  }

  /** Returns the sums of rows over each subset of 8, [256, width]. */
  private static float[] table(float[] rows, int width) {
    float[] table = new float[256 * width];
    for (int p = 1; p < 256; p++) {
      int from = (p & (p - 1)) * width;
      int row = Integer.numberOfTrailingZeros(p) * width;
      for (int r = 0; r < width; r++) {
        table[p * width + r] = table[from + r] + rows[row + r];
      }
    }
    return table;
  }

  private static float[] project(Mask mask, float[][] directions) {
    float[] sums = new float[DIRECTIONS];
    byte[] bytes = mask.bytes();
    for (int g = 0; g < bytes.length; g++) {
      int from = (bytes[g] & 0xff) * DIRECTIONS;
      for (int r = 0; r < DIRECTIONS; r++) {
        sums[r] += directions[g][from + r];
      }
    }
    return sums;
  }

  /** Adds what some targets' weights give to all runs of a chunk. */
  private void add(int first, Mask[] masks, float[][] projected, float[][] outputs) {
    int width = Math.min(BLOCK, targets - first);
    int[][] groups = new int[width][];
    float[][][] tables = new float[width][][];
    float[][] along = new float[width][];
    for (int t = 0; t < width; t++) {
      Planted planted = planted(first + t);
      groups[t] = planted.groups;
      along[t] = planted.along;
      tables[t] = new float[GROUPS][];
      for (int g = 0; g < planted.groups.length; g++) {
        tables[t][g] = table(Arrays.copyOfRange(planted.heavy, 8 * g, 8 * g + 8), 1);
      }
    }
    for (int i = 0; i < masks.length; i++) {
      byte[] bytes = masks[i].bytes();
      for (int t = 0; t < width; t++) {
        float sum = 0;
        for (int g = 0; g < groups[t].length; g++) {
          sum += tables[t][g][bytes[groups[t][g]] & 0xff];
        }
        for (int r = 0; r < DIRECTIONS; r++) {
          sum += along[t][r] * projected[i][r];
        }
        outputs[i][first + t] += sum;
      }
    }
  }

  /**
   * What a target hangs on.
   *
   * @param groups which bytes of the mask
   * @param heavy weights of their units, [groups · 8]
   * @param along weights along the shared directions
   */
  private record Planted(int[] groups, float[] heavy, float[] along) {}

  private Planted planted(int t) {
    UniformRandomProvider random = new Key(SEED, Purpose.PLANTED_WEIGHTS, t).random();
    ZigguratSampler.NormalizedGaussian normal = ZigguratSampler.NormalizedGaussian.of(random);
    int[] bytes = new int[units / 8]; // whole bytes
    Arrays.setAll(bytes, g -> g);
    int[] groups = UniformSubsets.draw(bytes, Math.min(GROUPS, bytes.length), random);
    double[] heavy = new double[8 * groups.length];
    double squares = 0;
    for (int i = 0; i < heavy.length; i++) {
      heavy[i] = Math.pow(normal.sample(), 3);
      squares += heavy[i] * heavy[i] / 4; // the variance of a weight times a fair coin
    }
    float[] scaled = new float[heavy.length];
    for (int i = 0; i < heavy.length; i++) {
      scaled[i] = (float) (heavy[i] * SPREAD * Math.sqrt(HEAVY / squares));
    }
    float[] along = new float[DIRECTIONS];
    for (int r = 0; r < DIRECTIONS; r++) {
      along[r] = (float) (normal.sample() * SPREAD * Math.sqrt(4 * SMALL / DIRECTIONS / units));
    }
    return new Planted(groups, scaled, along);
  }

  /** Returns the planted weights of target {@code t}, [d]. */
  double[] weights(int t) {
    Planted planted = planted(t);
    double[] weights = new double[units];
    for (int j = 0; j < units; j++) {
      for (int r = 0; r < DIRECTIONS; r++) {
        weights[j] += planted.along[r] * direction(j, r);
      }
    }
    for (int i = 0; i < planted.heavy.length; i++) {
      weights[8 * planted.groups[i / 8] + i % 8] += planted.heavy[i];
    }
    return weights;
  }
}
