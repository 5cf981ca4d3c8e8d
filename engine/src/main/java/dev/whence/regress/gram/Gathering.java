package dev.whence.regress.gram;

import dev.whence.base.Parallel;
import dev.whence.linalg.count.CountMatrix;
import dev.whence.linalg.count.PairCounts;
import dev.whence.linalg.count.ProductKernels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Reads from G, for each unit that joins a {@link SubGram}, the counts of pairs of this unit with
 * all units that joined before it, and writes them to the SubGram.
 *
 * <p>Gatherings for many targets run together: each panel of G, 64 columns, is read once, in order
 * and band by band, and every gathering copies from the band the counts in the columns of its
 * joining units. Read one by one, in no order, each count of 2 bytes would cost a line of cache.
 */
public final class Gathering implements Request {

  private static final int TILE = ProductKernels.TILE;

  /**
   * Threshold: a band of a panel is read in order when the requests for its rows, summed over the
   * joining units of the panel, are more than 1/FEW of the rows.
   */
  private static final int FEW = 2;

  private final SubGram sub;
  private final int[] units;
  private final int from;
  private final List<Stretch> stretches = new ArrayList<>();

  /**
   * A part of the array {@code units} in which the numbers of the units increase.
   *
   * @param begin for each band of G's rows the index in {@code units} of the first unit of this
   *     part that is in the band, then the index after the part's last unit, [bands + 1]
   */
  private record Stretch(int[] begin) {

    static Stretch of(int[] units, int from, int to, int bands) {
      int[] begin = new int[bands + 1];
      for (int b = 0; b <= bands; b++) {
        begin[b] = lowerBound(units, from, to, b * PanelBands.SIZE);
      }
      return new Stretch(begin);
    }

    int from() {
      return begin[0];
    }

    int to() {
      return begin[begin.length - 1];
    }
  }

  /**
   * Prepares a gathering; nothing is read until it runs.
   *
   * @param units all units of {@code sub} in the order of their places; fastest where units that
   *     join together are in increasing order
   * @param from number of units that were in {@code sub} before: the units at places from, from +
   *     1, … join
   */
  Gathering(SubGram sub, int[] units, int from) {
    this.sub = sub;
    this.units = units;
    this.from = from;
    int bands = PanelBands.count(gram().units());
    for (int i = 0; i < units.length; ) {
      int first = i++;
      while (i < units.length && units[i] > units[i - 1]) {
        i++;
      }
      stretches.add(Stretch.of(units, first, i, bands));
    }
  }

  private static int lowerBound(int[] units, int from, int to, int unit) {
    int at = Arrays.binarySearch(units, from, to, unit);
    return at < 0 ? -at - 1 : at;
  }

  @Override
  public Gram gram() {
    return sub.gram();
  }

  /** Runs gatherings from one Gram matrix together, so that they share each reading of a panel. */
  static void run(List<Gathering> gatherings, Parallel parallel) {
    if (!gatherings.isEmpty()) {
      Batch batch = new Batch(gatherings);
      parallel.forEach(batch.gram.panels(), batch::panel);
      parallel.forEach(gatherings.size(), i -> gatherings.get(i).complete());
    }
  }

  /** Runs this gathering alone, on the calling thread. */
  void run() {
    Batch batch = new Batch(List.of(this));
    for (int p = 0; p < gram().panels(); p++) {
      batch.panel(p);
    }
    complete();
  }

  private void complete() {
    sub.mirror(from, units.length);
  }

  /**
   * Adds to {@code columns} an entry for each joining unit of this gathering that is a column of
   * panel {@code p}, units 64·p … 64·p + 63.
   */
  private void addColumns(int p, List<Column> columns) {
    for (Stretch stretch : stretches) {
      int end = lowerBound(units, stretch.from(), stretch.to(), p * TILE + TILE);
      int first = lowerBound(units, stretch.from(), stretch.to(), p * TILE);
      for (int k = Math.max(first, from); k < end; k++) {
        columns.add(new Column(this, k));
      }
    }
  }

  /**
   * Counts to gather: those of the pairs of the unit at place {@code k} of a SubGram with the units
   * at places [0, k).
   */
  private record Column(Gathering of, int k) {

    int rowsIn(int b) {
      int rows = 0;
      for (Stretch stretch : of.stretches) {
        rows += Math.max(0, Math.min(stretch.begin[b + 1], k) - stretch.begin[b]);
      }
      return rows;
    }

    /**
     * Adds the counts of pairs of the unit at place {@code k} with the units that are at places
     * before k and are rows of band {@code b}. The count with the unit at place i is added to
     * {@code counts[at + i]}.
     *
     * @param matrix one of the matrices whose sum is G's counts; has the panel of the unit at place
     *     k
     */
    void add(CountMatrix matrix, int b, int[] counts, int at) {
      for (Stretch stretch : of.stretches) {
        int end = Math.min(stretch.begin[b + 1], k);
        if (stretch.begin[b] < end) {
          matrix.gather(of.units[k], of.units, stretch.begin[b], end, counts, at);
        }
      }
    }
  }

  /** Gatherings from one Gram matrix that run together and share each reading of a panel. */
  private static final class Batch {

    final Gram gram;
    private final List<Gathering> gatherings;

    /** The rows of G, units, that at least one gathering requests. */
    private final BitSet rows = new BitSet();

    /**
     * Each thread's memory for the counts that are gathered from one panel, one joining unit's
     * after another's.
     */
    private final ThreadLocal<int[]> memory = ThreadLocal.withInitial(() -> new int[0]);

    Batch(List<Gathering> gatherings) {
      this.gatherings = gatherings;
      gram = gatherings.getFirst().gram();
      gatherings.forEach(gathering -> IntStream.of(gathering.units).forEach(rows::set));
    }

    void panel(int p) {
      List<Column> columns = new ArrayList<>();
      gatherings.forEach(gathering -> gathering.addColumns(p, columns));
      if (columns.isEmpty()) {
        return;
      }
      int[] counts = zeros(columns.stream().mapToInt(Column::k).sum());
      for (PairCounts part : gram.matrices()) {
        CountMatrix matrix = part.panel(p, rows);
        for (int b = 0; b < PanelBands.count(gram.units()); b++) {
          PanelBands.touch(matrix, p, b, asked(b, columns), FEW);
          int at = 0;
          for (Column column : columns) {
            column.add(matrix, b, counts, at);
            at += column.k;
          }
        }
      }
      int at = 0;
      for (Column column : columns) {
        column.of.sub.setRow(column.k, counts, at);
        at += column.k;
      }
    }

    /**
     * Returns the number of requested rows in band {@code b}, summed over the joining units {@code
     * columns}.
     */
    private static int asked(int b, List<Column> columns) {
      int asked = 0;
      for (Column column : columns) {
        asked += column.rowsIn(b);
      }
      return asked;
    }

    private int[] zeros(int n) {
      int[] zeros = memory.get();
      if (zeros.length < n) {
        zeros = new int[n * 3 / 2];
        memory.set(zeros);
      }
      Arrays.fill(zeros, 0, n, 0);
      return zeros;
    }
  }
}
