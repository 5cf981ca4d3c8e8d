package dev.whence.linalg.dense;

/**
 * A float matrix cut into strips of {@value #WIDTH} columns, each strip stored row after row.
 *
 * <p>Element (r, c) lies at index {@code ((c / 16) * rows + r) * 16 + c % 16} of {@code data};
 * columns beyond {@code columns} are padding and stay zero. A row of a strip fills one AVX-512
 * register or two AVX2 registers. Every dense kernel reads this layout in order, on any machine.
 *
 * @param rows number of rows of the matrix
 * @param columns number of columns of the matrix that carry data
 * @param data the strips one after another, [ceil(columns / 16)][rows][16]
 */
public record Strips(int rows, int columns, float[] data) {

  /** Number of columns of a strip. */
  public static final int WIDTH = 16;

  public Strips {
    if (data.length != length(rows, columns)) {
      throw new IllegalArgumentException(
          "expected %d floats for strips of %d x %d, found %d"
              .formatted(length(rows, columns), rows, columns, data.length));
    }
  }

  /** Returns a matrix of zeros, [rows, columns]. */
  public static Strips zeros(int rows, int columns) {
    return new Strips(rows, columns, new float[length(rows, columns)]);
  }

  /** Returns the number of columns, {@code n}, rounded up to whole strips: to a multiple of 16. */
  public static int pad(int n) {
    return Math.ceilDiv(n, WIDTH) * WIDTH;
  }

  /** Returns the number of strips: ceil(columns / 16). */
  public int strips() {
    return Math.ceilDiv(columns, WIDTH);
  }

  /** Returns the index in {@link #data} of element (row, column) of the matrix. */
  public int index(int row, int column) {
    return ((column / WIDTH) * rows + row) * WIDTH + column % WIDTH;
  }

  /**
   * Writes this matrix's transpose to {@code out}, a matrix of {@code columns} × {@code rows} in
   * strips.
   */
  public void transposeTo(Strips out) {
    for (int p = 0; p < strips(); p++) {
      int lanes = Math.min(WIDTH, columns - p * WIDTH);
      for (int r = 0; r < rows; r++) {
        int from = (p * rows + r) * WIDTH;
        int to = out.index(p * WIDTH, r);
        for (int lane = 0; lane < lanes; lane++) {
          out.data[to + lane * WIDTH] = data[from + lane];
        }
      }
    }
  }

  private static int length(int rows, int columns) {
    return Math.multiplyExact(rows, pad(columns));
  }
}
