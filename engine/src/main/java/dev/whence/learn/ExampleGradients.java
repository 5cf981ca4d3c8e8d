package dev.whence.learn;

import dev.whence.base.Api;
import dev.whence.base.Key;
import dev.whence.base.Purpose;
import dev.whence.linalg.dense.Products;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Gradients of one function at several examples, in a form whose inner products are cheap.
 *
 * @param rows number of examples
 * @param parts the parameters in parts, such as a layer each
 */
@Api
public record ExampleGradients(int rows, List<Part> parts) {

  /** Floats of the longest product that is formed at once. */
  private static final int BLOCK = 1 << 22;

  public ExampleGradients {
    parts = List.copyOf(parts);
  }

  /** Gradients with respect to some of the parameters. */
  public sealed interface Part {
    /** Returns the number of parameters. */
    int size();
  }

  /**
   * Gradients of a linear layer, δ(a, 1)ᵀ for each example: they are never formed, since (δaᵀ) ·
   * (δ'a'ᵀ) is (a·a' + 1)(δ·δ').
   *
   * @param inputs a, [rows, width]; the 1 of the bias is not among them
   * @param deltas δ, the derivative by the layer's outputs, [rows, outputs]
   */
  public record Outer(float[] inputs, int width, float[] deltas, int outputs) implements Part {
    @Override
    public int size() {
      return (width + 1) * outputs;
    }
  }

  /**
   * Gradients that are written out.
   *
   * @param values [rows, size]
   */
  public record Whole(float[] values, int size) implements Part {}

  /** Returns the number of parameters. */
  public int size() {
    return parts.stream().mapToInt(Part::size).sum();
  }

  /** Returns these gradients' last part: that of the last layer. */
  public ExampleGradients lastLayer() {
    return new ExampleGradients(rows, List.of(parts.getLast()));
  }

  /** Returns the inner products with other gradients, [rows, other.rows]. */
  public float[] dot(ExampleGradients other) {
    float[] dots = new float[Math.multiplyExact(rows, other.rows)];
    for (int p = 0; p < parts.size(); p++) {
      Part theirs = other.parts.get(p);
      switch (parts.get(p)) {
        case Outer a when theirs instanceof Outer b -> {
          float[] inputs = Products.of(a.inputs, rows, b.inputs, other.rows, a.width);
          float[] deltas = Products.of(a.deltas, rows, b.deltas, other.rows, a.outputs);
          for (int i = 0; i < dots.length; i++) {
            dots[i] += (inputs[i] + 1) * deltas[i];
          }
        }
        case Whole a when theirs instanceof Whole b -> {
          float[] values = Products.of(a.values, rows, b.values, other.rows, a.size);
          for (int i = 0; i < dots.length; i++) {
            dots[i] += values[i];
          }
        }
        default -> throw new IllegalArgumentException("gradients of another network");
      }
    }
    return dots;
  }

  /** Returns the squared length of each gradient, [rows]. */
  public double[] squares() {
    double[] squares = new double[rows];
    for (Part part : parts) {
      for (int i = 0; i < rows; i++) {
        squares[i] +=
            switch (part) {
              case Outer o -> (1 + square(o.inputs, i, o.width)) * square(o.deltas, i, o.outputs);
              case Whole w -> square(w.values, i, w.size);
            };
      }
    }
    return squares;
  }

  private static double square(float[] values, int row, int size) {
    double sum = 0;
    for (int j = row * size; j < (row + 1) * size; j++) {
      sum += (double) values[j] * values[j];
    }
    return sum;
  }

  /**
   * Returns the number of values of a projected gradient.
   *
   * @param sizes number of parameters of each part
   */
  public static int size(GradientProjection projection, int[] sizes) {
    int[] counted = projection.lastLayer() ? new int[] {sizes[sizes.length - 1]} : sizes;
    return switch (projection.kind()) {
      case NONE -> IntStream.of(counted).sum();
      case DENSE -> projection.dimensions();
      case FACTORED -> counted.length * projection.dimensions();
    };
  }

  /**
   * Returns the gradients, projected: [rows, size]. Parts that are written out are projected
   * densely where the projection is factored.
   */
  public float[] project(GradientProjection projection) {
    ExampleGradients of = projection.lastLayer() ? lastLayer() : this;
    int size = size(projection, parts.stream().mapToInt(Part::size).toArray());
    float[] projected = new float[Math.multiplyExact(rows, size)];
    int at = 0;
    for (int p = 0; p < of.parts.size(); p++) {
      Part part = of.parts.get(p);
      long stream = (long) p << 32;
      switch (projection.kind()) {
        case NONE -> {
          of.write(part, projected, size, at);
          at += part.size();
        }
        case DENSE -> of.dense(part, projected, size, 0, projection, stream);
        case FACTORED -> {
          if (part instanceof Outer outer) {
            of.factored(outer, projected, size, at, projection, stream);
          } else {
            of.dense(part, projected, size, at, projection, stream);
          }
          at += projection.dimensions();
        }
      }
    }
    return projected;
  }

  /** Writes gradients out, weights before biases, each row of weights those of an output. */
  private void write(Part part, float[] to, int stride, int at) {
    for (int i = 0; i < rows; i++) {
      int start = i * stride + at;
      switch (part) {
        case Whole w -> System.arraycopy(w.values, i * w.size, to, start, w.size);
        case Outer o -> {
          for (int c = 0; c < o.outputs; c++) {
            float delta = o.deltas[i * o.outputs + c];
            for (int j = 0; j < o.width; j++) {
              to[start + c * o.width + j] = delta * o.inputs[i * o.width + j];
            }
            to[start + o.outputs * o.width + c] = delta;
          }
        }
      }
    }
  }

  private static SplittableRandom random(GradientProjection projection, long stream) {
    return new SplittableRandom(
        new Key(projection.seed(), Purpose.PROJECTION, stream).random().nextLong());
  }

  /** Returns ±1/√dimensions at random, [rows, columns]. */
  private static float[] signs(SplittableRandom random, int rows, int columns, double scale) {
    float[] signs = new float[Math.multiplyExact(rows, columns)];
    for (int i = 0; i < signs.length; i += Long.SIZE) {
      long bits = random.nextLong();
      for (int b = 0; b < Long.SIZE && i + b < signs.length; b++) {
        signs[i + b] = (float) ((bits >> b & 1) == 0 ? scale : -scale);
      }
    }
    return signs;
  }

  /** Adds (R₁δ)(R₂(a, 1))ᵀ of a layer. */
  private void factored(
      Outer o, float[] to, int stride, int at, GradientProjection projection, long stream) {
    int side = projection.side();
    SplittableRandom random = random(projection, stream);
    double scale = 1 / Math.sqrt(side);
    float[] left = signs(random, side, o.outputs, scale);
    float[] right = signs(random, side, o.width, scale);
    float[] ones = signs(random, side, 1, scale);
    float[] deltas = Products.of(o.deltas, rows, left, side, o.outputs);
    float[] inputs = Products.of(o.inputs, rows, right, side, o.width);
    for (int i = 0; i < rows; i++) {
      for (int c = 0; c < side; c++) {
        float delta = deltas[i * side + c];
        for (int j = 0; j < side; j++) {
          to[i * stride + at + c * side + j] += delta * (inputs[i * side + j] + ones[j]);
        }
      }
    }
  }

  /** Adds the product of gradients with a random matrix, in blocks of parameters. */
  private void dense(
      Part part, float[] to, int stride, int at, GradientProjection projection, long stream) {
    int k = projection.dimensions();
    double scale = 1 / Math.sqrt(k);
    float[] written = new float[Math.multiplyExact(rows, part.size())];
    write(part, written, part.size(), 0);
    int block = Math.clamp(BLOCK / k, 1, part.size());
    for (int from = 0; from < part.size(); from += block) {
      int count = Math.min(block, part.size() - from);
      float[] matrix = signs(random(projection, stream + from), k, count, scale);
      float[] some = new float[rows * count];
      for (int i = 0; i < rows; i++) {
        System.arraycopy(written, i * part.size() + from, some, i * count, count);
      }
      float[] products = Products.of(some, rows, matrix, k, count);
      for (int i = 0; i < rows; i++) {
        for (int c = 0; c < k; c++) {
          to[i * stride + at + c] += products[i * k + c];
        }
      }
    }
  }
}
