package dev.whence.learn.network;

import dev.whence.learn.ExampleGradients;
import dev.whence.linalg.dense.DenseKernels;
import dev.whence.linalg.dense.Rows;
import dev.whence.linalg.dense.SgdStep;
import dev.whence.linalg.dense.Strips;
import dev.whence.linalg.dense.Workspace;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * A fully connected network with ReLU between its layers, and the buffers that training the network
 * needs.
 *
 * <p>Used by one thread. A step costs 2·batch·Σ inputs·outputs multiply-adds, the sum over layers,
 * for outputs and gradients of weights, and batch·Σ inputs·outputs for the gradients of inputs,
 * without the first layer where its inputs are examples.
 */
final class Network implements TrainedBySteps {

  private final DenseKernels kernels;
  private final int[] widths;
  private final Strips[] weights;
  private final Strips[] velocities;
  private final Strips[] transposed;
  private final float[][] biases;
  private final float[][] biasVelocities;
  private final float[][] values;
  private final float[][] gradients;
  private final Rows[] hidden;
  private final Workspace space;
  private final float[] sums;
  private final float[][] noBias;
  private final float[] inputGradient;

  /**
   * @param widths number of inputs, of each hidden layer, of outputs: [inputs, hidden…, outputs]
   * @param batch largest number of rows of a call
   * @param first whether the inputs are examples, whose gradient is not needed
   */
  Network(DenseKernels kernels, int[] widths, int batch, boolean first) {
    this.kernels = kernels;
    this.widths = widths.clone();
    int layers = widths.length - 1;
    weights = new Strips[layers];
    velocities = new Strips[layers];
    transposed = new Strips[layers];
    biases = new float[layers][];
    biasVelocities = new float[layers][];
    values = new float[layers][];
    gradients = new float[layers][];
    hidden = new Rows[layers];
    noBias = new float[layers][];
    int widest = 0;
    for (int l = 0; l < layers; l++) {
      int padded = Strips.pad(widths[l + 1]);
      weights[l] = Strips.zeros(widths[l], widths[l + 1]);
      velocities[l] = Strips.zeros(widths[l], widths[l + 1]);
      transposed[l] = Strips.zeros(widths[l + 1], l == 0 && first ? 1 : widths[l]);
      noBias[l] = new float[Strips.pad(widths[l])];
      biases[l] = new float[padded];
      biasVelocities[l] = new float[padded];
      values[l] = new float[batch * padded];
      gradients[l] = new float[batch * padded];
      hidden[l] = Rows.dense(values[l], padded, batch);
      widest = Math.max(widest, padded);
    }
    space = new Workspace(batch, widest);
    sums = new float[widest];
    inputGradient = new float[first ? 0 : batch * Strips.pad(widths[0])];
  }

  private int last() {
    return weights.length - 1;
  }

  private int stride(int layer) {
    return Strips.pad(widths[layer + 1]);
  }

  /**
   * Draws weights and biases from U(−1/√inputs, 1/√inputs), PyTorch's default for linear layers.
   */
  @Override
  public void initialize(UniformRandomProvider random) {
    for (int l = 0; l < weights.length; l++) {
      float bound = (float) (1 / Math.sqrt(widths[l]));
      for (int r = 0; r < widths[l]; r++) {
        for (int c = 0; c < widths[l + 1]; c++) {
          setWeight(l, r, c, (2 * random.nextFloat() - 1) * bound);
        }
      }
      for (int c = 0; c < widths[l + 1]; c++) {
        setBias(l, c, (2 * random.nextFloat() - 1) * bound);
      }
    }
  }

  void setWeight(int layer, int input, int output, float value) {
    weights[layer].data()[weights[layer].index(input, output)] = value;
  }

  float weight(int layer, int input, int output) {
    return weights[layer].data()[weights[layer].index(input, output)];
  }

  void setBias(int layer, int output, float value) {
    biases[layer][output] = value;
  }

  float bias(int layer, int output) {
    return biases[layer][output];
  }

  @Override
  public float[] forward(Rows x) {
    Rows input = x;
    for (int l = 0; l <= last(); l++) {
      kernels.affine(input, weights[l], biases[l], values[l], stride(l));
      if (l < last()) {
        rectify(values[l], x.count() * stride(l));
        input = hidden[l].first(x.count());
      }
    }
    return values[last()];
  }

  @Override
  public void step(Rows x, Loss loss, int[] examples, int from, SgdStep step) {
    int count = x.count();
    float[] z = forward(x);
    loss.gradient(kernels, z, examples, from, count);
    float[] dz = z;
    for (int l = last(); l >= 0; l--) {
      float[] below = l > 0 ? gradients[l - 1] : inputGradient;
      if (below.length > 0) {
        weights[l].transposeTo(transposed[l]);
        Rows rows = Rows.dense(dz, stride(l), count);
        kernels.affine(rows, transposed[l], noBias[l], below, Strips.pad(widths[l]));
      }
      if (l > 0) {
        kernels.gate(below, values[l - 1], count * stride(l - 1));
      }
      Rows input = l == 0 ? x : hidden[l - 1].first(count);
      kernels.descend(input, dz, stride(l), weights[l], velocities[l], step, space);
      stepBias(l, dz, count, step);
      dz = below;
    }
  }

  /**
   * Returns the gradient of the last step's mean loss with respect to its inputs, [count,
   * pad(inputs)].
   */
  float[] inputGradient() {
    return inputGradient;
  }

  private void stepBias(int layer, float[] dz, int count, SgdStep step) {
    int stride = stride(layer);
    kernels.columnSums(dz, count, stride, sums);
    for (int c = 0; c < widths[layer + 1]; c++) {
      step.apply(sums[c], biases[layer], biasVelocities[layer], c);
    }
  }

  private static void rectify(float[] values, int n) {
    for (int i = 0; i < n; i++) {
      values[i] = Math.max(values[i], 0f);
    }
  }

  @Override
  public int parameters() {
    return IntStream.of(sizes()).sum();
  }

  @Override
  public int[] sizes() {
    return IntStream.range(0, weights.length).map(l -> (widths[l] + 1) * widths[l + 1]).toArray();
  }

  @Override
  public void write(float[] state) {
    write(state, 0);
  }

  /** Writes weights, [outputs][inputs] of each layer as in PyTorch, and biases. */
  int write(float[] state, int from) {
    int at = from;
    for (int l = 0; l < weights.length; l++) {
      for (int c = 0; c < widths[l + 1]; c++) {
        for (int r = 0; r < widths[l]; r++) {
          state[at++] = weight(l, r, c);
        }
      }
      for (int c = 0; c < widths[l + 1]; c++) {
        state[at++] = biases[l][c];
      }
    }
    return at;
  }

  @Override
  public void read(float[] state) {
    read(state, 0);
  }

  void read(float[] state, int from) {
    int at = from;
    for (int l = 0; l < weights.length; l++) {
      for (int c = 0; c < widths[l + 1]; c++) {
        for (int r = 0; r < widths[l]; r++) {
          setWeight(l, r, c, state[at++]);
        }
      }
      for (int c = 0; c < widths[l + 1]; c++) {
        setBias(l, c, state[at++]);
      }
    }
  }

  @Override
  public int width() {
    return widths[last()];
  }

  @Override
  public Rows lastInputs(Rows x) {
    return last() == 0 ? x : hidden[last() - 1].first(x.count());
  }

  @Override
  public List<ExampleGradients.Part> gradients(Rows x, float[] dz) {
    int count = x.count();
    ExampleGradients.Part[] parts = new ExampleGradients.Part[weights.length];
    float[] delta = dz;
    for (int l = last(); l >= 0; l--) {
      Rows input = l == 0 ? x : hidden[l - 1].first(count);
      parts[l] =
          new ExampleGradients.Outer(
              compact(input, widths[l]),
              widths[l],
              compact(Rows.dense(delta, stride(l), count), widths[l + 1]),
              widths[l + 1]);
      float[] below = l > 0 ? gradients[l - 1] : inputGradient;
      if (below.length > 0) {
        weights[l].transposeTo(transposed[l]);
        Rows rows = Rows.dense(delta, stride(l), count);
        kernels.affine(rows, transposed[l], noBias[l], below, Strips.pad(widths[l]));
      }
      if (l > 0) {
        kernels.gate(below, values[l - 1], count * stride(l - 1));
      }
      delta = below;
    }
    return List.of(parts);
  }

  /** Copies rows without padding, [count, width]. */
  static float[] compact(Rows rows, int width) {
    float[] copied = new float[Math.multiplyExact(rows.count(), width)];
    for (int i = 0; i < rows.count(); i++) {
      System.arraycopy(rows.data(), rows.offsets()[i], copied, i * width, width);
    }
    return copied;
  }
}
