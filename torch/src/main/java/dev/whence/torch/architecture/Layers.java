package dev.whence.torch.architecture;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * Makes layers and declares their parameters, named and initialised as PyTorch's unless said
 * otherwise.
 */
final class Layers {

  private static final double EPSILON = 1e-5;
  private static final double MOMENTUM = 0.1;
  private static final long[] ONE = {1, 1};

  private final Parameters parameters;

  Layers(Parameters parameters) {
    this.parameters = parameters;
  }

  Parameter declare(String name, Init init, long... shape) {
    return parameters.declare(name, init, shape);
  }

  /** What a convolution is, besides its channels and its size. */
  record Geometry(long stride, long padding, long groups) {}

  /** A convolution without bias. */
  Layer conv(String name, long in, long out, long size, Geometry geometry, Init init) {
    Parameter weight = declare(name + ".weight", init, out, in / geometry.groups(), size, size);
    return conv(weight, null, geometry);
  }

  /** A convolution without bias, initialised as PyTorch's are. */
  Layer conv(String name, long in, long out, long size, Geometry geometry) {
    return conv(name, in, out, size, geometry, Init.uniform(in / geometry.groups() * size * size));
  }

  /** A convolution with bias. */
  Layer convWithBias(String name, long in, long out, long size, Geometry geometry) {
    Init init = Init.uniform(in / geometry.groups() * size * size);
    Parameter weight = declare(name + ".weight", init, out, in / geometry.groups(), size, size);
    return conv(weight, declare(name + ".bias", init, out), geometry);
  }

  private Layer conv(Parameter weight, @Nullable Parameter bias, Geometry geometry) {
    long[] stride = {geometry.stride(), geometry.stride()};
    long[] padding = {geometry.padding(), geometry.padding()};
    Site site = new MatrixSite(weight, bias, geometry);
    TensorOptional none = new TensorOptional();
    return (x, training) -> {
      TensorOptional shift = bias == null ? none : bias.optional();
      return parameters.noted(
          site,
          x,
          torch.conv2d(x, weight.tensor(), shift, stride, padding, ONE, geometry.groups()));
    };
  }

  /** Batch normalisation over all but the channels. */
  Layer batchNorm(String name, long channels) {
    Parameter weight = declare(name + ".weight", Init.constant(1), channels);
    Parameter bias = declare(name + ".bias", Init.constant(0), channels);
    TensorOptional mean = new TensorOptional(parameters.buffer(0, channels));
    TensorOptional variance = new TensorOptional(parameters.buffer(1, channels));
    TensorOptional none = new TensorOptional();
    Site site =
        new ScaleSite(
            weight,
            bias,
            true,
            x -> torch.batch_norm(x, none, none, mean, variance, false, MOMENTUM, EPSILON, false));
    return (x, training) ->
        parameters.noted(
            site,
            x,
            torch.batch_norm(
                x,
                weight.optional(),
                bias.optional(),
                mean,
                variance,
                training,
                MOMENTUM,
                EPSILON,
                false));
  }

  /** A fully connected layer over the last dimension. */
  Layer linear(String name, long in, long out) {
    return linear(name, in, out, Init.uniform(in), Init.uniform(in));
  }

  /** A fully connected layer over the last dimension. */
  Layer linear(String name, long in, long out, Init weights, Init biases) {
    Parameter weight = declare(name + ".weight", weights, out, in);
    return linear(weight, declare(name + ".bias", biases, out));
  }

  /** A fully connected layer with parameters that have names of their own. */
  Layer linear(Parameter weight, Parameter bias) {
    Site site = new MatrixSite(weight, bias, null);
    return (x, training) ->
        parameters.noted(site, x, torch.linear(x, weight.tensor(), bias.optional()));
  }

  /** A fully connected layer without bias. */
  Layer linearWithoutBias(String name, long in, long out, Init init) {
    Parameter weight = declare(name + ".weight", init, out, in);
    Site site = new MatrixSite(weight, null, null);
    return (x, training) -> parameters.noted(site, x, torch.linear(x, weight.tensor()));
  }

  /** Normalisation over the last dimension. */
  Layer layerNorm(String name, long width, double epsilon) {
    Parameter weight = declare(name + ".weight", Init.constant(1), width);
    Parameter bias = declare(name + ".bias", Init.constant(0), width);
    long[] shape = {width};
    TensorOptional none = new TensorOptional();
    Site site =
        new ScaleSite(
            weight, bias, false, x -> torch.layer_norm(x, shape, none, none, epsilon, true));
    return (x, training) ->
        parameters.noted(
            site, x, torch.layer_norm(x, shape, weight.optional(), bias.optional(), epsilon, true));
  }

  /** The parameter itself, once for each example of {@code x}: [n, shape without the first 1]. */
  Layer repeated(Parameter parameter) {
    Site site = new AddedSite(parameter);
    return (x, training) -> {
      long[] shape = parameter.shape();
      shape[0] = x.size(0);
      return parameters.noted(site, x, parameter.tensor().expand(shape));
    };
  }

  /**
   * ReLU, in training in place: only where nothing else needs its input, as after a normalisation.
   */
  static Layer relu() {
    return (x, training) -> training ? torch.relu_(x) : torch.relu(x);
  }

  static Layer gelu() {
    return (x, training) -> torch.gelu(x);
  }

  /** The maximum over windows of 2 × 2. */
  static Layer maxPool2() {
    return (x, training) -> torch.max_pool2d(x, 2, 2);
  }

  /** The mean over all pixels: [n, channels]. */
  static Layer meanOverPixels() {
    return (x, training) -> x.mean(2, 3);
  }

  /** [n, …] as [n, values], in PyTorch's order. */
  static Layer flatten() {
    return (x, training) -> x.flatten(1, -1);
  }

  /** {@code x + layer(x)}. */
  static Layer residual(Layer layer) {
    return (x, training) -> x.add(layer.apply(x, training));
  }

  /** {@code shortcut(x) + layer(x)}. */
  static Layer residual(Layer layer, Layer shortcut) {
    return (x, training) -> {
      Tensor added = layer.apply(x, training);
      Tensor direct = shortcut.apply(x, training);
      return training ? added.add_(direct) : added.add(direct);
    };
  }
}
