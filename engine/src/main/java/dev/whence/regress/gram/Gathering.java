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
 * The counts that units which join a {@link SubGram} have with all that are there before them.
 *
 * <p>Many are gathered together: a panel of G is read once, in order and block by block, and each
 * takes from it the columns of its joining units. One by one each count of 2 bytes would cost a
 * line of cache, far from the last.
 */
public final class Gathering implements Request {

  private static final int TILE = ProductKernels.TILE;

  /** A block is read in order where at least one in so many of its rows is asked for. */
  private static final int FEW = 2;

  private final SubGram sub;
  private final int[] units;
  private final int from;
  private final List<Run> runs = new ArrayList<>();

  /**
   * Some of the units, one after another and in increasing order.
   *
   * @param begin where each block of G's units begins among them, and the end
   */
  private record Run(int[] begin) {

    static Run of(int[] units, int from, int to, int blocks) {
      int[] begin = new int[blocks + 1];
      for (int b = 0; b <= blocks; b++) {
        begin[b] = lowerBound(units, from, to, b * PanelBlocks.SIZE);
      }
      return new Run(begin);
    }

    int from() {
      return begin[0];
    }

    int to() {
      return begin[begin.length - 1];
    }
  }

  /**
   * @param units by their places in {@code sub}; cheapest where those that joined together are in
   *     increasing order
   * @param from how many are there
   */
  Gathering(SubGram sub, int[] units, int from) {
    this.sub = sub;
    this.units = units;
    this.from = from;
    int blocks = PanelBlocks.count(gram().units());
    for (int i = 0; i < units.length; ) {
      int first = i++;
      while (i < units.length && units[i] > units[i - 1]) {
        i++;
      }
      runs.add(Run.of(units, first, i, blocks));
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

  /** Does some gatherings from one matrix. */
  static void run(List<Gathering> gatherings, Parallel parallel) {
    if (!gatherings.isEmpty()) {
      Batch batch = new Batch(gatherings);
      parallel.forEach(batch.gram.panels(), batch::panel);
      parallel.forEach(gatherings.size(), i -> gatherings.get(i).complete());
    }
  }

  /** Does one gathering, on this thread. */
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

  /** Adds the units of panel {@code p} that join. */
  private void addColumns(int p, List<Column> columns) {
    for (Run run : runs) {
      int end = lowerBound(units, run.from(), run.to(), p * TILE + TILE);
      int first = lowerBound(units, run.from(), run.to(), p * TILE);
      for (int k = Math.max(first, from); k < end; k++) {
        columns.add(new Column(this, k));
      }
    }
  }

  /** The counts that the unit at place {@code k} has with those before it. */
  private record Column(Gathering of, int k) {

    int rowsIn(int b) {
      int rows = 0;
      for (Run run : of.runs) {
        rows += Math.max(0, Math.min(run.begin[b + 1], k) - run.begin[b]);
      }
      return rows;
    }

    /** Adds what block {@code b} of a panel has of them to {@code counts[at …]}. */
    void add(CountMatrix matrix, int b, int[] counts, int at) {
      for (Run run : of.runs) {
        int end = Math.min(run.begin[b + 1], k);
        if (run.begin[b] < end) {
          matrix.gather(of.units[k], of.units, run.begin[b], end, counts, at);
        }
      }
    }
  }

  /** Gatherings from one matrix that are done together. */
  private static final class Batch {

    final Gram gram;
    private final List<Gathering> gatherings;

    /** The rows that any of them asks for. */
    private final BitSet rows = new BitSet();

    /** Memory for a panel's columns, one after another. */
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
        for (int b = 0; b < PanelBlocks.count(gram.units()); b++) {
          PanelBlocks.touch(matrix, p, b, asked(b, columns), FEW);
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

    /** Returns how often rows of block {@code b} are asked for. */
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
