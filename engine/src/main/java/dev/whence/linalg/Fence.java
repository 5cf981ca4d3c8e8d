package dev.whence.linalg;

/**
 * What kernels assert of their arguments. The vector module's own check of every access is switched
 * off (docs/decisions/0006), and some kernels use raw addresses: a length that is wrong would
 * corrupt memory in silence. Each method returns true or throws an {@link AssertionError} that says
 * what was expected; all are called in {@code assert} statements, so that they cost nothing where
 * assertions are off. Tests run with them on.
 */
final class Fence {

  private Fence() {}

  private static boolean is(boolean holds, String expected, Object... found) {
    if (!holds) {
      throw new AssertionError("expected " + expected.formatted(found));
    }
    return true;
  }

  private static boolean length(String what, int length, long atLeast) {
    return is(length >= atLeast, "%s of at least %d, found %d", what, atLeast, length);
  }

  private static boolean range(String what, int from, int to, int end) {
    return is(
        from >= 0 && from <= to && to <= end, "%s %d … %d within 0 … %d", what, from, to, end);
  }

  private static boolean rows(Rows x, int width) {
    is(x.count() <= x.offsets().length, "%d offsets, found %d", x.count(), x.offsets().length);
    for (int i = 0; i < x.count(); i++) {
      range("row", x.offsets()[i], x.offsets()[i] + width, x.data().length);
    }
    return true;
  }

  static boolean affine(Rows x, Panels w, float[] bias, float[] z, int stride) {
    return rows(x, w.rows())
        && length("bias", bias.length, Panels.pad(w.columns()))
        && length("stride", stride, Panels.pad(w.columns()))
        && length("z", z.length, (x.count() - 1L) * stride + Panels.pad(w.columns()));
  }

  static boolean descend(Rows x, float[] dz, int stride, Panels w, Panels velocity) {
    return rows(x, w.rows())
        && length("stride", stride, Panels.pad(w.columns()))
        && length("dz", dz.length, (x.count() - 1L) * stride + Panels.pad(w.columns()))
        && is(
            velocity.rows() == w.rows() && velocity.columns() == w.columns(),
            "velocity as large as the weights");
  }

  static boolean columnSums(float[] z, int count, int stride, float[] sums) {
    return is(stride % Panels.WIDTH == 0, "a stride in sixteens, found %d", stride)
        && length("z", z.length, (long) count * stride)
        && length("sums", sums.length, stride);
  }

  static boolean gate(float[] gradient, float[] activations, int n) {
    return length("gradient", gradient.length, n) && length("activations", activations.length, n);
  }

  static boolean exp(float[] values, int offset, int n) {
    return range("values", offset, offset + n, values.length);
  }

  static boolean gram(BitColumns x, int tile, int from, int to, int[] counts) {
    int tiles = Math.ceilDiv(x.columns(), CountKernels.TILE);
    return range("tile", tile, tile + 1, tiles)
        && range("rows", from, to, x.columns())
        && length("counts", counts.length, (long) (to - from) * CountKernels.TILE);
  }

  static boolean sum(
      BitColumns x, int firstWord, int[] q, int rows, int from, int to, long[] sums) {
    range("words", firstWord, firstWord + Math.ceilDiv(rows, Long.SIZE), x.words());
    range("columns", from, to, x.columns());
    length("q", q.length, (long) rows * CountKernels.PANEL);
    for (int i = 0; i < rows * CountKernels.PANEL; i++) {
      is(Math.abs(q[i]) <= CountKernels.LARGEST, "|q| up to 2^23 - 1, found %d", q[i]);
    }
    return length("sums", sums.length, (long) (to - from) * CountKernels.PANEL);
  }

  static boolean weigh(long[] word, int[] columns, double[] weights, double[] out) {
    for (int j : columns) {
      range("column", j, j + 1, word.length);
    }
    return length("weights", weights.length, columns.length)
        && length("out", out.length, Long.SIZE);
  }

  private static boolean panelRows(CountMatrix matrix, int panel, int[] rows, int from, int to) {
    range("panel", panel, panel + 1, matrix.panels());
    range("rows", from, to, rows.length);
    for (int i = from; i < to; i++) {
      range("row", rows[i], rows[i] + 1, matrix.units());
    }
    return true;
  }

  static boolean product(
      CountMatrix matrix, int panel, int[] rows, int n, float[] weights, float[] out) {
    return panelRows(matrix, panel, rows, 0, n)
        && length("weights", weights.length, (long) n * ProductKernels.SETS)
        && length("out", out.length, (long) ProductKernels.SETS * ProductKernels.TILE);
  }

  static boolean add(
      CountMatrix matrix, int panel, int[] rows, int from, int to, int weights, int out) {
    return panelRows(matrix, panel, rows, from, to)
        && length("weights", weights, to)
        && length("out", out, ProductKernels.TILE);
  }

  static boolean subtract(int block, int row, int values, int set) {
    return is(row >= 0 && set >= 0, "a row and a set, found %d and %d", row, set)
        && length("block", block, (row + 1L) * ProductKernels.TILE)
        && length("values", values, (set + 1L) * ProductKernels.TILE);
  }

  private static boolean example(ConvShape shape, int y, int yAt, int[] winners, int winnersAt) {
    return range("outputs", yAt, yAt + shape.outputSize(), y)
        && range("winners", winnersAt, winnersAt + shape.winners(), winners.length);
  }

  static boolean forward(
      ConvShape shape,
      float[] x,
      int xAt,
      Panels w,
      float[] bias,
      float[] y,
      int yAt,
      int[] winners,
      int winnersAt) {
    return range("inputs", xAt, xAt + shape.inputSize(), x.length)
        && is(
            w.rows() == shape.taps() && w.columns() == shape.outputs(),
            "weights [%d, %d], found [%d, %d]",
            shape.taps(),
            shape.outputs(),
            w.rows(),
            w.columns())
        && length("bias", bias.length, shape.outputs())
        && example(shape, y.length, yAt, winners, winnersAt);
  }

  static boolean biasGradient(
      ConvShape shape, float[] dy, int dyAt, int[] winners, int winnersAt, float[] gradient) {
    return example(shape, dy.length, dyAt, winners, winnersAt)
        && length("gradient", gradient.length, shape.outputs());
  }

  static boolean weightGradient(
      ConvShape shape,
      float[] x,
      int xAt,
      float[] dy,
      int dyAt,
      int[] winners,
      int winnersAt,
      Panels gradient) {
    return range("inputs", xAt, xAt + shape.inputSize(), x.length)
        && example(shape, dy.length, dyAt, winners, winnersAt)
        && is(
            gradient.rows() == shape.taps() && gradient.columns() == shape.outputs(),
            "a gradient as large as the weights");
  }

  /** Vectors take channels of the inputs sixteen at a time. */
  static boolean sixteens(ConvShape shape) {
    return is(shape.inputs() % Panels.WIDTH == 0, "inputs in sixteens, found %d", shape.inputs());
  }

  static boolean filterGradient(ConvShape shape, float[] x, int xAt, float[] gradient, int at) {
    return range("inputs", xAt, xAt + shape.inputSize(), x.length)
        && range("gradient", at, at + shape.taps(), gradient.length);
  }

  static boolean inputGradient(
      ConvShape shape,
      float[] dy,
      int dyAt,
      int[] winners,
      int winnersAt,
      float[] filters,
      float[] dx) {
    return example(shape, dy.length, dyAt, winners, winnersAt)
        && length("filters", filters.length, (long) shape.outputs() * shape.taps())
        && length("dx", dx.length, shape.inputSize());
  }
}
