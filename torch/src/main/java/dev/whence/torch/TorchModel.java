package dev.whence.torch;

import dev.whence.data.Features;
import dev.whence.learn.DifferentiableModel;
import dev.whence.learn.GradientProjection;
import dev.whence.learn.ImageShape;
import dev.whence.torch.architecture.Network;
import dev.whence.torch.architecture.Parameters;
import dev.whence.torch.architecture.Tape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * A network with its parameters, in evaluation: normalisation uses its running statistics, so that
 * examples do not depend on each other.
 */
final class TorchModel implements DifferentiableModel {

  static final int BATCH = 64;

  /** Floats of whole gradients held at a time. */
  private static final long ROOM = 1L << 26;

  private final Network network;
  private final Parameters parameters;
  private final ImageShape image;
  private final Function<Features, float[]> layout;
  private final Objective objective;
  private final Minibatch minibatch;
  private final List<Orientation> orientations;

  /**
   * @param orientations of the pictures, whose outputs are averaged
   */
  TorchModel(
      Network network,
      Parameters parameters,
      ImageShape image,
      Function<Features, float[]> layout,
      Objective objective,
      Minibatch minibatch,
      List<Orientation> orientations) {
    this.network = network;
    this.parameters = parameters;
    this.image = image;
    this.layout = layout;
    this.objective = objective;
    this.minibatch = minibatch;
    this.orientations = orientations;
  }

  @Override
  public long parameters() {
    return parameters.size();
  }

  @Override
  public int width() {
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      return Math.toIntExact(network.features(blank(), false).size(1));
    }
  }

  private Tensor blank() {
    return minibatch.fill(new float[image.size()], 0, 1);
  }

  @Override
  public float[] outputs(Features x) {
    float[] pictures = layout.apply(x);
    return objective.predictions(
        orientations.stream()
            .map(o -> minibatch.apply(pictures, BATCH, p -> network.apply(o.of(p), false)))
            .toList());
  }

  @Override
  public float[] embeddings(Features x) {
    return minibatch.apply(layout.apply(x), BATCH, p -> network.features(p, false));
  }

  @Override
  public int size(GradientProjection projection) {
    try (PointerScope scope = new PointerScope()) {
      return projector(projection).size();
    }
  }

  private Projector projector(GradientProjection projection) {
    return new Projector(projection, parameters, recorded(blank()).tape);
  }

  /** A pass of the network: what it used its parameters on, and its outputs. */
  private record Pass(Tape tape, Tensor z) {}

  private Pass recorded(Tensor pictures) {
    Tape tape = new Tape();
    parameters.record(tape);
    try {
      return new Pass(tape, network.apply(pictures, false));
    } finally {
      parameters.record(null);
    }
  }

  @Override
  public float[] gradients(Features x, OutputGradient output, GradientProjection projection) {
    float[] pictures = layout.apply(x);
    try (PointerScope scope = new PointerScope()) {
      Projector projector = projector(projection);
      float[] gradients = new float[Math.multiplyExact(x.rows(), projector.size())];
      boolean factored = projection.kind() == GradientProjection.Kind.FACTORED;
      int batch = Math.clamp(factored ? BATCH : ROOM / parameters(), 1, BATCH);
      int count = projector.complete() ? batch : 1;
      int at = 0;
      for (int from = 0; from < x.rows(); from += count) {
        int rows = Math.min(count, x.rows() - from);
        try (PointerScope step = new PointerScope()) {
          Tensor some = minibatch.fill(pictures, from, rows);
          at = Minibatch.copy(gradients(projector, some, output, from), gradients, at);
        }
      }
      return gradients;
    }
  }

  /** Returns the gradients of a minibatch that begins with example {@code from}: [n, size]. */
  private Tensor gradients(Projector projector, Tensor pictures, OutputGradient output, int from) {
    List<Pass> passes = orientations.stream().map(o -> pass(projector, o.of(pictures))).toList();
    Tensor slopes = slopes(passes, output, from);
    return passes.stream()
        .map(pass -> projected(projector, pass, slopes))
        .reduce(Tensor::add_)
        .orElseThrow();
  }

  private Pass pass(Projector projector, Tensor pictures) {
    return projector.complete()
        ? recorded(pictures)
        : new Pass(new Tape(), network.apply(pictures, false));
  }

  private Tensor projected(Projector projector, Pass pass, Tensor slopes) {
    pass.z.backward(slopes, new BoolOptional(), false, new TensorArrayRefOptional());
    try (NoGradGuard guard = new NoGradGuard()) {
      int count = Math.toIntExact(pass.z.size(0));
      Tensor gradients =
          projector.complete() ? projector.apply(pass.tape, count) : projector.alone();
      parameters.gradients().zero_();
      return gradients;
    }
  }

  /**
   * Returns the derivative of {@code output} with respect to what each pass gives for each example:
   * [n, outputs].
   */
  private Tensor slopes(List<Pass> passes, OutputGradient output, int from) {
    int k = objective.outputs();
    int count = Math.toIntExact(passes.getFirst().z.size(0));
    List<float[]> outputs = new ArrayList<>();
    for (Pass pass : passes) {
      float[] z = new float[count * k];
      Minibatch.copy(pass.z.detach(), z, 0);
      outputs.add(z);
    }
    float[] predictions = objective.predictions(outputs);
    float[] derivatives = new float[predictions.length];
    float[] one = new float[k];
    float scale = objective.scale() / passes.size();
    for (int i = 0; i < count; i++) {
      output.at(from + i, predictions, i * k, one);
      for (int c = 0; c < k; c++) {
        derivatives[i * k + c] = scale * one[c];
      }
    }
    return Tensor.create(derivatives, count, k)
        .to(parameters.values().device(), torch.ScalarType.Float);
  }
}
