package dev.whence.regress.statistics;

import dev.whence.base.AtomicFile;
import dev.whence.base.Parallel;
import dev.whence.base.Progress;
import dev.whence.regress.gram.Gram;
import dev.whence.store.Study;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The statistics of a study's pool that fits need, kept on disk: counts of pairs of units, and sums
 * over runs for each target. They are brought up to date with the runs added to the pool, and read
 * back for some targets at a time.
 *
 * <p>Folder {@code statistics/} has {@code gram/}, the counts, and {@code sums-OUTPUT/}, the sums
 * of each fitted output; each of these folders records the runs that it covers ({@link
 * Provenance}).
 */
public final class PoolStatistics {

  /** System property that leaves the counts of pairs on disk even where they fit in memory. */
  public static final String MAPPED = "whence.mapped";

  /**
   * Largest fraction of the JVM's memory that the counts of pairs may take; else they stay on disk.
   */
  private static final double MOST = 0.6;

  private final PoolReader reader;
  private final List<Gram> grams;
  private final SumsStore sums;

  private final int[] without;

  private PoolStatistics(PoolReader reader, List<Gram> grams, SumsStore sums, int[] without) {
    this.reader = reader;
    this.grams = grams;
    this.sums = sums;
    this.without = without;
  }

  /**
   * Brings the statistics on disk up to date with the runs that {@code reader} reads, and returns
   * them with the counts of pairs read.
   *
   * @param folder folder of the statistics
   * @param output the recorded output to sum
   * @param without index of each target's unit if the target is in S, else −1, [n]; the target's
   *     sums leave out the runs that hold this unit
   */
  public static PoolStatistics update(
      Path folder,
      PoolReader reader,
      String output,
      int[] without,
      Parallel parallel,
      Progress progress)
      throws IOException {
    List<GramStore> stores = gramStores(folder.resolve("gram"), reader);
    long chunks = stores.stream().mapToLong(GramStore::chunks).sum();
    try (Progress.Task task = progress.start("counting", chunks, "chunks")) {
      for (GramStore store : stores) {
        store.count(parallel, task);
      }
    }
    Path summed = folder.resolve("sums-" + output);
    provenance(summed, reader, output, SumsStore.whole(reader));
    SumsStore sums = new SumsStore(summed, reader, output, without);
    try (Progress.Task task = progress.start("summing", without.length, "targets")) {
      sums.add(parallel, task);
    }
    reader.forget(); // frees the masks: the counts of pairs need the memory
    List<Gram> grams = new ArrayList<>();
    boolean mapped = mapped(stores);
    try (Progress.Task task = progress.start("reading counts", chunks, "chunks")) {
      for (GramStore store : stores) {
        grams.add(store.read(mapped, parallel, task));
      }
    }
    return new PoolStatistics(reader, grams, sums, without);
  }

  /**
   * Returns whether the counts of pairs stay on disk, because in memory they would leave too little
   * for solving targets or because the system property {@link #MAPPED} says so.
   */
  private static boolean mapped(List<GramStore> stores) throws IOException {
    long bytes = 0;
    for (GramStore store : stores) {
      bytes += store.bytes();
    }
    return Boolean.getBoolean(MAPPED) || bytes > MOST * Runtime.getRuntime().maxMemory();
  }

  private static List<GramStore> gramStores(Path folder, PoolReader reader) throws IOException {
    Provenance now = provenance(folder, reader, "masks", reader.runs());
    List<GramStore> stores = new ArrayList<>();
    for (int p = 0; p < reader.folds().parts(); p++) {
      stores.add(new GramStore(folder, p, reader, now.rate()));
    }
    return stores;
  }

  /**
   * Deletes the statistics in {@code folder} if they cannot be extended to the pool's runs [0,
   * runs), refuses statistics of runs that have changed, and records that the statistics are over
   * runs [0, runs) from now on. Returns the record.
   *
   * @param name array of the pool that the statistics are made of: the masks or an output
   */
  private static Provenance provenance(Path folder, PoolReader reader, String name, int runs)
      throws IOException {
    Provenance held = Provenance.read(folder);
    if (held != null && !held.reaches(runs, reader.folds())) {
      AtomicFile.deleteFolder(folder);
      held = null;
    }
    if (held != null) {
      held.check(folder, reader.store(), name);
    }
    Provenance now =
        new Provenance(
            Provenance.LAYOUT,
            reader.folds(),
            held == null ? rate(reader) : held.rate(),
            Provenance.chunks(reader.store(), name, runs));
    Study.writeGroup(folder);
    now.write(folder);
    return now;
  }

  /**
   * Returns the approximate fraction of the pool's runs that hold both units of a pair, from the
   * masks of the first chunk of runs.
   */
  private static double rate(PoolReader reader) throws IOException {
    byte[] masks = reader.store().masksOf(0);
    long held = 0;
    for (byte b : masks) {
      held += Integer.bitCount(b & 0xff);
    }
    return Counting.rate(held, reader.store().doneRows(0), reader.store().units());
  }

  public PoolReader reader() {
    return reader;
  }

  public int units() {
    return reader.store().units();
  }

  /**
   * Returns the statistics over each part of the runs, and over all runs, of the targets in chunks
   * [firstChunk, endChunk) of {@link SumsStore}. The moments of a target in S are over the runs
   * without its unit, the Gram matrices over all runs.
   */
  public Problem problem(int firstChunk, int endChunk, Parallel parallel) throws IOException {
    List<Statistics> parts = new ArrayList<>();
    for (int p = 0; p < grams.size(); p++) {
      List<Moments> moments = new ArrayList<>();
      TargetSums summed = sums.of(firstChunk, endChunk, p, parallel);
      for (int t = 0; t < summed.targets(); t++) {
        moments.add(moments(summed, t, p, without[firstChunk * SumsStore.CHUNK + t]));
      }
      parts.add(new Statistics(grams.get(p), moments));
    }
    return Problem.of(parts, reader.folds().crossValidate());
  }

  /**
   * Returns the moments of a target over the runs of part {@code part}, without the runs that hold
   * unit {@code unit} if it is not −1. Throws if sums and counts are not over equally many runs.
   *
   * @param t index of the target in {@code summed}
   */
  private Moments moments(TargetSums summed, int t, int part, int unit) {
    Gram gram = unit < 0 ? grams.get(part) : grams.get(part).without(unit);
    if (summed.runs(t) != gram.runs()) {
      throw new IllegalStateException(
          "sums over %d runs beside counts over %d".formatted(summed.runs(t), gram.runs()));
    }
    return summed.moments(t, gram.counts());
  }
}
