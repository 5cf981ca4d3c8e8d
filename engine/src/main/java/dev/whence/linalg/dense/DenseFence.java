package dev.whence.linalg.dense;

import static dev.whence.linalg.Fence.is;
import static dev.whence.linalg.Fence.length;
import static dev.whence.linalg.Fence.range;

/**
 * Checks the arguments of the dense kernels and the convolutions as {@link dev.whence.linalg.Fence}
 * says.
 */
final class DenseFence {

  private DenseFence() {}

  private static boolean rows(Rows x, int width) {
    is(x.count() <= x.offsets().length, "%d offsets, found %d", x.count(), x.offsets().length);
    for (int i = 0; i < x.count(); i++) {
      range("row", x.offsets()[i], x.offsets()[i] + width, x.data().length);
    }
    return true;
  }

  static boolean affine(Rows x, Strips w, float[] bias, float[] z, int stride) {
    return rows(x, w.rows())
        && length("bias", bias.length, Strips.pad(w.columns()))
        && length("stride", stride, Strips.pad(w.columns()))
        && length("z", z.length, (x.count() - 1L) * stride + Strips.pad(w.columns()));
  }

  static boolean descend(Rows x, float[] dz, int stride, Strips w, Strips velocity) {
    return rows(x, w.rows())
        && length("stride", stride, Strips.pad(w.columns()))
        && length("dz", dz.length, (x.count() - 1L) * stride + Strips.pad(w.columns()))
        && is(
            velocity.rows() == w.rows() && velocity.columns() == w.columns(),
            "velocity as large as the weights");
  }

  static boolean columnSums(float[] z, int count, int stride, float[] sums) {
    return is(stride % Strips.WIDTH == 0, "a stride in sixteens, found %d", stride)
        && length("z", z.length, (long) count * stride)
        && length("sums", sums.length, stride);
  }

  static boolean gate(float[] gradient, float[] activations, int n) {
    return length("gradient", gradient.length, n) && length("activations", activations.length, n);
  }

  static boolean exp(float[] values, int offset, int n) {
    return range("values", offset, offset + n, values.length);
  }

  private static boolean example(ConvShape shape, int y, int yAt, int[] winners, int winnersAt) {
    return range("outputs", yAt, yAt + shape.outputSize(), y)
        && range("winners", winnersAt, winnersAt + shape.winners(), winners.length);
  }

  static boolean forward(
      ConvShape shape,
      float[] x,
      int xAt,
      Strips w,
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
      Strips gradient) {
    return range("inputs", xAt, xAt + shape.inputSize(), x.length)
        && example(shape, dy.length, dyAt, winners, winnersAt)
        && is(
            gradient.rows() == shape.taps() && gradient.columns() == shape.outputs(),
            "a gradient as large as the weights");
  }

  /**
   * Returns true if the number of input channels is a multiple of 16; vector kernels take 16
   * together.
   */
  static boolean sixteens(ConvShape shape) {
    return is(shape.inputs() % Strips.WIDTH == 0, "inputs in sixteens, found %d", shape.inputs());
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
