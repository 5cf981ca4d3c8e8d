package dev.whence.regress;

import dev.whence.linalg.CountMatrix;
import dev.whence.linalg.PairCounts;
import dev.whence.linalg.Parallel;
import dev.whence.linalg.ProductKernels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The counts that units which join a {@link SubGram} have with all of it.
 *
 * <p>Many are gathered together: a panel of G is read once, in order and block by block, and each
 * takes from it the columns of its joining units. One by one each count of 2 bytes would cost a
 * line of cache, far from the last.
 */
final class Gathering implements Request {

  private static final int TILE = ProductKernels.TILE;

  /** Rows of a block: 512 KiB of counts of 16 bits. */
  private static final int BLOCK = 4096;

  private final SubGram sub;

  /** The units, in increasing order. */
  private final int[] rows;

  /** Where in {@link #sub} each is. */
  private final int[] places;

  /** Where each block of units begins among the rows, and the end. */
  private final int[] begin;

  private final int from;
  private final int to;

  /**
   * @param units by their places; those before {@code from} are there
   */
  Gathering(SubGram sub, int[] units, int from, int to) {
    this.sub = sub;
    this.from = from;
    this.to = to;
    rows = Arrays.copyOf(units, to);
    Arrays.sort(rows);
    places = IntStream.of(rows).map(sub::place).toArray();
    begin = new int[Math.ceilDiv(gram().units(), BLOCK) + 1];
    for (int b = 1; b < begin.length; b++) {
      begin[b] = lowerBound(b * BLOCK);
    }
  }

  @Override
  public Gram gram() {
    return sub.gram();
  }

  private int lowerBound(int unit) {
    int at = Arrays.binarySearch(rows, unit);
    return at < 0 ? -at - 1 : at;
  }

  /** A joining unit's column of G, as far as a part of G goes. */
  private record Column(Gathering of, int row, int[] counts) {

    int unit() {
      return of.rows[row];
    }

    int rowsIn(int b) {
      return of.begin[b + 1] - of.begin[b];
    }

    void add(CountMatrix matrix, int b) {
      matrix.gather(unit(), of.rows, of.places, of.begin[b], of.begin[b + 1], counts);
    }

    void store() {
      of.sub.setRow(of.places[row], counts, of.to);
    }
  }

  /** Does some gatherings from one matrix. */
  static void run(List<Gathering> gatherings, Parallel parallel) {
    if (gatherings.isEmpty()) {
      return;
    }
    Gram gram = gatherings.getFirst().gram();
    BitSet rows = new BitSet();
    gatherings.forEach(gathering -> gathering.mark(rows));
    parallel.forEach(gram.panels(), p -> panel(gram, gatherings, rows, p));
    parallel.forEach(gatherings.size(), i -> gatherings.get(i).complete());
  }

  /** Does one gathering, on this thread. */
  void run() {
    BitSet asked = new BitSet();
    mark(asked);
    for (int p = 0; p < gram().panels(); p++) {
      panel(gram(), List.of(this), asked, p);
    }
    complete();
  }

  private void complete() {
    sub.mirror(from, to);
  }

  /** Marks the rows that this asks for. */
  private void mark(BitSet asked) {
    for (int row : rows) {
      asked.set(row);
    }
  }

  /**
   * Does one panel.
   *
   * @param rows that any of the gatherings asks for
   */
  private static void panel(Gram gram, List<Gathering> gatherings, BitSet rows, int p) {
    List<Column> columns = new ArrayList<>();
    for (Gathering gathering : gatherings) {
      gathering.addColumns(p, columns);
    }
    if (columns.isEmpty()) {
      return;
    }
    for (PairCounts counts : gram.matrices()) {
      CountMatrix matrix = counts.panel(p, rows);
      for (int b = 0; b * BLOCK < gram.units(); b++) {
        touch(matrix, p, b, columns);
        for (Column column : columns) {
          column.add(matrix, b);
        }
      }
    }
    columns.forEach(Column::store);
  }

  /** Adds the columns that are in panel {@code p}. */
  private void addColumns(int p, List<Column> columns) {
    int end = lowerBound(p * TILE + TILE);
    for (int i = lowerBound(p * TILE); i < end; i++) {
      if (places[i] >= from) {
        columns.add(new Column(this, i, new int[to]));
      }
    }
  }

  /** Reads block {@code b} of a panel in order, where enough of its rows are asked for. */
  private static void touch(CountMatrix matrix, int p, int b, List<Column> columns) {
    int asked = 0;
    for (Column column : columns) {
      asked += column.rowsIn(b);
    }
    int end = Math.min(b * BLOCK + BLOCK, matrix.units());
    if (asked > (end - b * BLOCK) / 2) {
      matrix.touch(p, b * BLOCK, end);
    }
  }
}
