package dev.whence.linalg.dense;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every implementation gives the bits of the scalar one; the scalar one trains as PyTorch does
 * ({@code ConvNetworkTest}).
 */
class ConvKernelsTest {

  private static final ConvShape[] SHAPES = {
    new ConvShape(28, 28, 1, 16, 1),
    new ConvShape(5, 2, 3, 32, 0),
    new ConvShape(2, 7, 16, 16, 1),
    new ConvShape(6, 9, 32, 48, 0),
    new ConvShape(13, 11, 48, 16, 1)
  };

  static Stream<ConvKernels> kernels() {
    return ConvKernels.available().stream();
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void givesTheSameBits(ConvKernels kernels) {
    for (ConvShape shape : SHAPES) {
      Problem expected = new Problem(shape, new ScalarConvKernels());
      Problem actual = new Problem(shape, kernels);
      assertThat(actual.y).as("%s, output", shape).isEqualTo(expected.y);
      assertThat(actual.winners).as("%s, winners", shape).isEqualTo(expected.winners);
      assertThat(actual.winners).contains(-1, 0, 1, 2, 3);
      assertThat(actual.biasGradient).as("%s, biases", shape).isEqualTo(expected.biasGradient);
      assertThat(actual.gradient).as("%s, weights", shape).isEqualTo(expected.gradient);
      assertThat(actual.dx).as("%s, inputs", shape).isEqualTo(expected.dx);
    }
  }

  @Test
  void theCalibratedOnesAreVectors() {
    assertThat(ConvKernels.create().name()).isEqualTo("vector256");
  }

  /** One example, somewhere inside larger arrays, through every kernel. */
  private static final class Problem {
    private static final int AT = 5;
    final float[] y;
    final int[] winners;
    final float[] biasGradient;
    final float[] gradient;
    final float[] dx;

    Problem(ConvShape shape, ConvKernels kernels) {
      Random random = new Random(shape.hashCode());
      float[] x = random(random, AT + shape.inputSize());
      Strips w = Strips.zeros(shape.taps(), shape.outputs());
      System.arraycopy(random(random, w.data().length), 0, w.data(), 0, w.data().length);
      float[] bias = random(random, shape.outputs());
      y = new float[AT + shape.outputSize()];
      winners = new int[AT + shape.winners()];
      kernels.forward(shape, x, AT, w, bias, y, AT, winners, AT);
      float[] dy = random(random, AT + shape.outputSize());
      biasGradient = random(random, shape.outputs());
      kernels.biasGradient(shape, dy, AT, winners, AT, biasGradient);
      if (shape.inputs() < Strips.WIDTH) {
        Strips panels = Strips.zeros(shape.taps(), shape.outputs());
        kernels.weightGradient(shape, x, AT, dy, AT, winners, AT, panels);
        gradient = panels.data();
        dx = new float[0];
        return;
      }
      gradient = random(random, shape.taps() * shape.outputs());
      LiveWinners live = new LiveWinners(shape);
      for (int o = 0; o < shape.outputs(); o++) {
        live.collect(shape, o, dy, AT, winners, AT);
        kernels.filterGradient(shape, x, AT, live, gradient, o * shape.taps());
      }
      dx = random(random, shape.inputSize());
      float[] filters = random(random, shape.taps() * shape.outputs());
      kernels.inputGradient(shape, dy, AT, winners, AT, filters, dx);
    }

    private static float[] random(Random random, int n) {
      float[] values = new float[n];
      for (int i = 0; i < n; i++) {
        values[i] = (float) random.nextGaussian();
      }
      return values;
    }
  }
}
