package dev.whence.learn.network;

import dev.whence.linalg.dense.ConvKernels;
import dev.whence.linalg.dense.ConvShape;
import dev.whence.linalg.dense.LiveWinners;
import dev.whence.linalg.dense.SgdStep;
import dev.whence.linalg.dense.Strips;
import java.util.Arrays;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * A layer of 3 × 3 convolution, ReLU and 2 × 2 maximum, with the memory that training the layer
 * needs.
 *
 * <p>The first layer's input has few channels, and its gradient is not needed; the input of every
 * other layer has a multiple of 16 channels. Used by one thread.
 */
final class ConvLayer {

  private final ConvKernels kernels;
  private final ConvShape shape;
  private final boolean first;
  private final Strips weights;
  private final Strips velocity;
  private final Strips gradient;

  /** Weights filter by filter, [outputs][taps]; empty in the first layer. */
  private final float[] filters;

  /** Gradient of {@link #filters}, in its layout. */
  private final float[] filterGradients;

  private final float[] bias;
  private final float[] biasVelocity;
  private final float[] biasGradient;
  private final LiveWinners live;

  /** Outputs [batch][outputSize] of the last forward pass. */
  final float[] values;

  /** Winners [batch][winners] of the last forward pass. */
  private final int[] winners;

  /** Gradient of one example's input, in the layout of the input; empty in the first layer. */
  final float[] inputGradient;

  ConvLayer(ConvKernels kernels, ConvShape shape, boolean first, int batch) {
    this.kernels = kernels;
    this.shape = shape;
    this.first = first;
    weights = Strips.zeros(shape.taps(), shape.outputs());
    velocity = Strips.zeros(shape.taps(), shape.outputs());
    gradient = Strips.zeros(shape.taps(), shape.outputs());
    filters = new float[first ? 0 : shape.taps() * shape.outputs()];
    filterGradients = new float[filters.length];
    bias = new float[shape.outputs()];
    biasVelocity = new float[bias.length];
    biasGradient = new float[bias.length];
    live = new LiveWinners(shape);
    values = new float[Math.multiplyExact(batch, shape.outputSize())];
    winners = new int[Math.multiplyExact(batch, shape.winners())];
    inputGradient = new float[first ? 0 : shape.inputSize()];
  }

  ConvShape shape() {
    return shape;
  }

  /** Draws weights and biases from U(−1/√taps, 1/√taps), PyTorch's default for convolutions. */
  void initialize(UniformRandomProvider random) {
    float bound = (float) (1 / Math.sqrt(shape.taps()));
    for (int t = 0; t < shape.taps(); t++) {
      for (int o = 0; o < shape.outputs(); o++) {
        setWeight(t, o, (2 * random.nextFloat() - 1) * bound);
      }
    }
    for (int o = 0; o < bias.length; o++) {
      bias[o] = (2 * random.nextFloat() - 1) * bound;
    }
  }

  /** Sets the weight of tap (row · 3 + column) · inputs + channel of an output channel. */
  void setWeight(int tap, int output, float value) {
    weights.data()[weights.index(tap, output)] = value;
  }

  float weight(int tap, int output) {
    return weights.data()[weights.index(tap, output)];
  }

  float[] bias() {
    return bias;
  }

  /**
   * Applies the layer to the input that begins at {@code x[xAt]}, as example {@code i} of the
   * batch.
   */
  void forward(float[] x, int xAt, int i) {
    kernels.forward(
        shape, x, xAt, weights, bias, values, i * shape.outputSize(), winners, i * shape.winners());
  }

  /** Begins a minibatch: sets all gradients to 0 and copies the weights filter by filter. */
  void clear() {
    Arrays.fill(gradient.data(), 0f);
    Arrays.fill(biasGradient, 0f);
    for (int o = 0; o < shape.outputs() && !first; o++) {
      Arrays.fill(filterGradients, o * shape.taps(), (o + 1) * shape.taps(), 0f);
      for (int t = 0; t < shape.taps(); t++) {
        filters[o * shape.taps() + t] = weight(t, o);
      }
    }
  }

  /**
   * Adds the gradients of weights and biases for example {@code i} of the batch, given the gradient
   * of its output, and computes the gradient of its input.
   */
  void backward(float[] x, int xAt, int i, float[] dy, int dyAt) {
    int winnersAt = i * shape.winners();
    kernels.biasGradient(shape, dy, dyAt, winners, winnersAt, biasGradient);
    if (first) {
      kernels.weightGradient(shape, x, xAt, dy, dyAt, winners, winnersAt, gradient);
      return;
    }
    for (int o = 0; o < shape.outputs(); o++) {
      live.collect(shape, o, dy, dyAt, winners, winnersAt);
      kernels.filterGradient(shape, x, xAt, live, filterGradients, o * shape.taps());
    }
    Arrays.fill(inputGradient, 0f);
    kernels.inputGradient(shape, dy, dyAt, winners, winnersAt, filters, inputGradient);
  }

  /** Takes one step with the gradients that were added since {@link #clear}. */
  void step(SgdStep step) {
    for (int o = 0; o < shape.outputs() && !first; o++) {
      for (int t = 0; t < shape.taps(); t++) {
        gradient.data()[gradient.index(t, o)] = filterGradients[o * shape.taps() + t];
      }
    }
    for (int i = 0; i < weights.data().length; i++) {
      step.apply(gradient.data()[i], weights.data(), velocity.data(), i);
    }
    for (int o = 0; o < bias.length; o++) {
      step.apply(biasGradient[o], bias, biasVelocity, o);
    }
  }

  int parameters() {
    return (shape.taps() + 1) * shape.outputs();
  }

  /** Writes weights, [outputs][taps], and biases; returns the index behind them. */
  int write(float[] state, int from) {
    int at = from;
    for (int o = 0; o < shape.outputs(); o++) {
      for (int t = 0; t < shape.taps(); t++) {
        state[at++] = weight(t, o);
      }
    }
    System.arraycopy(bias, 0, state, at, bias.length);
    return at + bias.length;
  }

  /** Sets what {@link #write} wrote; returns the index behind it. */
  int read(float[] state, int from) {
    int at = from;
    for (int o = 0; o < shape.outputs(); o++) {
      for (int t = 0; t < shape.taps(); t++) {
        setWeight(t, o, state[at++]);
      }
    }
    System.arraycopy(state, at, bias, 0, bias.length);
    return at + bias.length;
  }

  /** Writes the gradients that were added since {@link #clear}, in the layout of {@link #write}. */
  void writeGradient(float[] to, int from) {
    int at = from;
    for (int o = 0; o < shape.outputs(); o++) {
      for (int t = 0; t < shape.taps(); t++) {
        to[at++] =
            first ? gradient.data()[gradient.index(t, o)] : filterGradients[o * shape.taps() + t];
      }
    }
    System.arraycopy(biasGradient, 0, to, at, biasGradient.length);
  }
}
