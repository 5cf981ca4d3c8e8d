package dev.whence.torch;

import dev.whence.data.Features;
import dev.whence.learn.DifferentiableModel;
import dev.whence.learn.GradientProjection;
import dev.whence.learn.ImageShape;
import dev.whence.torch.architecture.Network;
import dev.whence.torch.architecture.Parameters;
import dev.whence.torch.architecture.Tape;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.FloatPointer;
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
  private final boolean average;

  /**
   * @param average whether outputs are averaged with those of the mirrored picture
   */
  TorchModel(
      Network network,
      Parameters parameters,
      ImageShape image,
      Function<Features, float[]> layout,
      Objective objective,
      Minibatch minibatch,
      boolean average) {
    this.network = network;
    this.parameters = parameters;
    this.image = image;
    this.layout = layout;
    this.objective = objective;
    this.minibatch = minibatch;
    this.average = average;
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
    return minibatch.fill(new float[image.size()], 0, 1, false);
  }

  @Override
  public float[] outputs(Features x) {
    float[] values = apply(x, false, pictures -> network.apply(pictures, false));
    if (average) {
      float[] mirrored = apply(x, true, pictures -> network.apply(pictures, false));
      for (int i = 0; i < values.length; i++) {
        values[i] = (values[i] + mirrored[i]) / 2;
      }
    }
    for (int i = 0; i < values.length; i++) {
      values[i] = objective.shift() + objective.scale() * values[i];
    }
    return values;
  }

  @Override
  public float[] features(Features x) {
    return apply(x, false, pictures -> network.features(pictures, false));
  }

  private float[] apply(Features x, boolean mirrored, UnaryOperator<Tensor> function) {
    float[] pictures = layout.apply(x);
    float[] values = new float[0];
    int at = 0;
    for (int from = 0; from < x.rows(); from += BATCH) {
      int count = Math.min(BATCH, x.rows() - from);
      try (PointerScope scope = new PointerScope();
          NoGradGuard guard = new NoGradGuard()) {
        Tensor batch = function.apply(minibatch.fill(pictures, from, count, mirrored));
        int width = Math.toIntExact(batch.size(1));
        values = at == 0 ? new float[Math.multiplyExact(x.rows(), width)] : values;
        at = copy(batch, values, at);
      }
    }
    return values;
  }

  /** Copies a tensor to {@code values} from {@code at} and returns where it ends. */
  private static int copy(Tensor tensor, float[] values, int at) {
    Tensor here = tensor.contiguous().cpu();
    int length = Math.toIntExact(here.numel());
    new FloatPointer(here.data_ptr()).get(values, at, length);
    return at + length;
  }

  @Override
  public int size(GradientProjection projection) {
    try (PointerScope scope = new PointerScope()) {
      return projector(projection).size();
    }
  }

  private Projector projector(GradientProjection projection) {
    Tape tape = new Tape();
    recorded(tape, blank());
    return new Projector(projection, parameters, tape);
  }

  private Tensor recorded(Tape tape, Tensor pictures) {
    parameters.record(tape);
    try {
      return network.apply(pictures, false);
    } finally {
      parameters.record(null);
    }
  }

  @Override
  public float[] gradients(Features x, OutputGradient output, GradientProjection projection) {
    float[] pictures = layout.apply(x);
    float[] z = outputs(x);
    float[] gradients;
    try (PointerScope scope = new PointerScope()) {
      Projector projector = projector(projection);
      gradients = new float[Math.multiplyExact(x.rows(), projector.size())];
      boolean factored = projection.kind() == GradientProjection.Kind.FACTORED;
      int batch = Math.clamp(factored ? BATCH : ROOM / parameters(), 1, BATCH);
      int count = projector.complete() ? batch : 1;
      int at = 0;
      for (int from = 0; from < x.rows(); from += count) {
        int rows = Math.min(count, x.rows() - from);
        try (PointerScope step = new PointerScope()) {
          Tensor slopes = derivative(output, z, from, rows);
          Tensor sum = projected(projector, minibatch.fill(pictures, from, rows, false), slopes);
          if (average) {
            sum.add_(projected(projector, minibatch.fill(pictures, from, rows, true), slopes));
          }
          at = copy(sum, gradients, at);
        }
      }
    }
    return gradients;
  }

  private Tensor projected(Projector projector, Tensor pictures, Tensor slopes) {
    Tape tape = new Tape();
    Tensor z = projector.complete() ? recorded(tape, pictures) : network.apply(pictures, false);
    backward(z, slopes);
    try (NoGradGuard guard = new NoGradGuard()) {
      int count = Math.toIntExact(pictures.size(0));
      Tensor gradients = projector.complete() ? projector.apply(tape, count) : projector.alone();
      parameters.gradients().zero_();
      return gradients;
    }
  }

  /** Returns the gradient that a backward pass of one example leaves in the parameters. */
  float[] gradientOfOne(Features one, OutputGradient output) {
    try (PointerScope scope = new PointerScope()) {
      Tensor slopes = derivative(output, outputs(one), 0, 1);
      for (boolean mirrored : average ? new boolean[] {false, true} : new boolean[] {false}) {
        backward(network.apply(minibatch.fill(layout.apply(one), 0, 1, mirrored), false), slopes);
      }
      float[] gradient = new float[Math.toIntExact(parameters())];
      copy(parameters.gradients(), gradient, 0);
      parameters.gradients().zero_();
      return gradient;
    }
  }

  private static void backward(Tensor z, Tensor derivative) {
    z.backward(derivative, new BoolOptional(), false, new TensorArrayRefOptional());
  }

  /**
   * Returns the derivative of {@code output} with respect to what one pass of the network gives for
   * each example: [count, outputs].
   *
   * @param z all examples' outputs
   */
  private Tensor derivative(OutputGradient output, float[] z, int from, int count) {
    int k = objective.outputs();
    float[] derivatives = new float[count * k];
    float[] one = new float[k];
    float scale = objective.scale() / (average ? 2 : 1);
    for (int i = 0; i < count; i++) {
      output.at(from + i, z, (from + i) * k, one);
      for (int c = 0; c < k; c++) {
        derivatives[i * k + c] = scale * one[c];
      }
    }
    return Tensor.create(derivatives, count, k)
        .to(parameters.values().device(), torch.ScalarType.Float);
  }
}
