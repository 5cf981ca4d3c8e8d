package dev.whence.learn.network;

import dev.whence.base.BadInputException;
import dev.whence.learn.ExampleGradients;
import dev.whence.learn.ImageShape;
import dev.whence.linalg.dense.ConvKernels;
import dev.whence.linalg.dense.ConvShape;
import dev.whence.linalg.dense.DenseKernels;
import dev.whence.linalg.dense.Rows;
import dev.whence.linalg.dense.SgdStep;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * A network of convolutions, followed by fully connected layers.
 *
 * <p>Used by one thread. The activations of a minibatch are stored; gradients go back through the
 * convolutions one example at a time, so that they stay in the cache.
 */
final class ConvNetwork implements TrainedBySteps {

  private final List<ConvLayer> layers = new ArrayList<>();
  private final Network head;

  /**
   * @param channels output channels of each convolution, at least one
   * @param hidden widths of the fully connected layers between the convolutions and the outputs
   * @param batch largest number of rows of a call
   */
  ConvNetwork(
      DenseKernels kernels,
      ImageShape image,
      List<Integer> channels,
      List<Integer> hidden,
      int outputs,
      int batch) {
    ConvKernels convolutions = ConvKernels.create();
    int height = image.height();
    int width = image.width();
    int inputs = image.channels();
    for (int l = 0; l < channels.size(); l++) {
      if (height < 2 || width < 2) {
        throw BadInputException.at(
            "learner, channels",
            "at most %d convolutions: each halves the picture".formatted(l),
            channels);
      }
      int border = l + 1 < channels.size() ? 1 : 0;
      ConvShape shape = new ConvShape(height, width, inputs, channels.get(l), border);
      layers.add(new ConvLayer(convolutions, shape, l == 0, batch));
      height = shape.pooledHeight();
      width = shape.pooledWidth();
      inputs = shape.outputs();
    }
    int[] widths = NetworkConfig.widths(height * width * inputs, hidden, outputs);
    head = new Network(kernels, widths, batch, false);
  }

  ConvLayer layer(int l) {
    return layers.get(l);
  }

  Network head() {
    return head;
  }

  @Override
  public void initialize(UniformRandomProvider random) {
    layers.forEach(layer -> layer.initialize(random));
    head.initialize(random);
  }

  @Override
  public float[] forward(Rows x) {
    return head.forward(convolved(x));
  }

  /** Returns the inputs of the fully connected layers. */
  private Rows convolved(Rows x) {
    for (int i = 0; i < x.count(); i++) {
      float[] from = x.data();
      int at = x.offsets()[i];
      for (ConvLayer layer : layers) {
        layer.forward(from, at, i);
        from = layer.values;
        at = i * layer.shape().outputSize();
      }
    }
    ConvLayer last = layers.getLast();
    return Rows.dense(last.values, last.shape().outputSize(), x.count());
  }

  @Override
  public void step(Rows x, Loss loss, int[] examples, int from, SgdStep step) {
    Rows features = convolved(x);
    head.step(features, loss, examples, from, step);
    layers.forEach(ConvLayer::clear);
    for (int i = 0; i < x.count(); i++) {
      backward(x, i);
    }
    layers.forEach(layer -> layer.step(step));
  }

  /** Adds the gradients of the convolutions for row {@code i} of a minibatch. */
  private void backward(Rows x, int i) {
    float[] dy = head.inputGradient();
    int dyAt = i * layers.getLast().shape().outputSize();
    for (int l = layers.size() - 1; l >= 0; l--) {
      ConvLayer layer = layers.get(l);
      if (l == 0) {
        layer.backward(x.data(), x.offsets()[i], i, dy, dyAt);
      } else {
        ConvLayer below = layers.get(l - 1);
        layer.backward(below.values, i * below.shape().outputSize(), i, dy, dyAt);
      }
      dy = layer.inputGradient;
      dyAt = 0;
    }
  }

  @Override
  public int parameters() {
    return IntStream.of(sizes()).sum();
  }

  @Override
  public int[] sizes() {
    return IntStream.concat(
            layers.stream().mapToInt(ConvLayer::parameters), IntStream.of(head.sizes()))
        .toArray();
  }

  @Override
  public void write(float[] state) {
    int at = 0;
    for (ConvLayer layer : layers) {
      at = layer.write(state, at);
    }
    head.write(state, at);
  }

  @Override
  public void read(float[] state) {
    int at = 0;
    for (ConvLayer layer : layers) {
      at = layer.read(state, at);
    }
    head.read(state, at);
  }

  @Override
  public int width() {
    return head.width();
  }

  @Override
  public Rows lastInputs(Rows x) {
    ConvLayer last = layers.getLast();
    return head.lastInputs(Rows.dense(last.values, last.shape().outputSize(), x.count()));
  }

  @Override
  public List<ExampleGradients.Part> gradients(Rows x, float[] dz) {
    ConvLayer last = layers.getLast();
    Rows features = Rows.dense(last.values, last.shape().outputSize(), x.count());
    List<ExampleGradients.Part> ofHead = head.gradients(features, dz);
    List<float[]> written = new ArrayList<>();
    layers.forEach(layer -> written.add(new float[x.count() * layer.parameters()]));
    for (int i = 0; i < x.count(); i++) {
      layers.forEach(ConvLayer::clear);
      backward(x, i);
      for (int l = 0; l < layers.size(); l++) {
        layers.get(l).writeGradient(written.get(l), i * layers.get(l).parameters());
      }
    }
    List<ExampleGradients.Part> parts = new ArrayList<>();
    for (int l = 0; l < layers.size(); l++) {
      parts.add(new ExampleGradients.Whole(written.get(l), layers.get(l).parameters()));
    }
    parts.addAll(ofHead);
    return parts;
  }
}
