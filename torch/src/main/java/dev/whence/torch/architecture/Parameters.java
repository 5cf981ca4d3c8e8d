package dev.whence.torch.architecture;

import dev.whence.base.BadInputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.apache.commons.rng.UniformRandomProvider;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * All parameters of a network as views of one vector θ, and their gradients as views of another, in
 * the order of PyTorch's {@code named_parameters}.
 *
 * <p>Optimisers, checkpoints and projections of gradients work on the vectors, whatever the
 * architecture. Filters lie channels-last in them: [out][row][column][in].
 */
public final class Parameters {

  private final List<Parameter> parameters = new ArrayList<>();
  private final List<Tensor> buffers = new ArrayList<>();
  private final DeviceOptional device;
  private @Nullable Tensor values;
  private @Nullable Tensor gradients;
  private @Nullable Tape tape;

  /** Makes room for none; the network's layers declare theirs. */
  public Parameters(Device device) {
    this.device = new DeviceOptional(device);
  }

  Parameter declare(String name, Init init, long... shape) {
    Parameter parameter = new Parameter(name, init, shape);
    parameters.add(parameter);
    return parameter;
  }

  /** Returns a tensor that training changes without gradients, such as running means. */
  Tensor buffer(float value, long size) {
    Tensor buffer = torch.full(new long[] {size}, new Scalar(value), options());
    buffers.add(buffer);
    return buffer;
  }

  /** Returns options for a tensor of floats on this network's device. */
  public TensorOptions options() {
    return new TensorOptions().device(device);
  }

  /**
   * Has the passes to come recorded on {@code tape}, without gradients of the parameters; or not,
   * from now on.
   */
  public void record(@Nullable Tape onto) {
    tape = onto;
    parameters.forEach(p -> p.tensor().requires_grad_(onto == null));
  }

  /** Returns {@code output}, noted on the tape if there is one. */
  Tensor noted(Site site, Tensor input, Tensor output) {
    if (tape != null) {
      tape.record(site, input, output);
    }
    return output;
  }

  /** Returns where in the flat vectors a parameter begins. */
  public long offset(Parameter parameter) {
    long offset = 0;
    for (Parameter p : parameters) {
      if (p == parameter) {
        return offset;
      }
      offset += p.size();
    }
    throw new IllegalArgumentException("not one of this network's: " + parameter.name());
  }

  /** Returns all that training has changed: θ, then the tensors without gradients. */
  public float[] state() {
    int size = Math.toIntExact(size() + buffers.stream().mapToLong(Tensor::numel).sum());
    float[] state = new float[size];
    int at = 0;
    try (PointerScope scope = new PointerScope()) {
      for (Tensor part : parts()) {
        int length = Math.toIntExact(part.numel());
        new FloatPointer(part.cpu().data_ptr()).get(state, at, length);
        at += length;
      }
    }
    return state;
  }

  /** Puts back what {@link #state} returned. */
  public void restore(float[] state) {
    int at = 0;
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      for (Tensor part : parts()) {
        int length = Math.toIntExact(part.numel());
        if (at + length > state.length) {
          throw new IllegalArgumentException(
              "expected a state of at least %d values, found %d"
                  .formatted(at + length, state.length));
        }
        part.copy_(Tensor.create(Arrays.copyOfRange(state, at, at + length)));
        at += length;
      }
    }
    if (at != state.length) {
      throw new IllegalArgumentException(
          "expected a state of %d values, found %d".formatted(at, state.length));
    }
  }

  private List<Tensor> parts() {
    List<Tensor> parts = new ArrayList<>(List.of(values()));
    parts.addAll(buffers);
    return parts;
  }

  /** Draws every parameter; to be called once, when all are declared. */
  public void initialize(UniformRandomProvider random) {
    try (NoGradGuard guard = new NoGradGuard()) {
      Tensor theta = torch.zeros(new long[] {size()}, options());
      Tensor gradient = torch.zeros(new long[] {size()}, options());
      values = theta;
      gradients = gradient;
      long offset = 0;
      for (Parameter parameter : parameters) {
        long size = parameter.size();
        float[] drawn = new float[Math.toIntExact(size)];
        parameter.init().draw(drawn, random);
        Tensor part = theta.narrow(0, offset, size);
        part.copy_(Tensor.create(drawn));
        Tensor leaf = shaped(part, parameter).detach();
        leaf.requires_grad_(true);
        leaf.mutable_grad().put(shaped(gradient.narrow(0, offset, size), parameter));
        parameter.set(leaf);
        offset += size;
      }
    }
  }

  /** Returns the part of a flat vector that is {@code parameter}'s, in its shape. */
  private static Tensor shaped(Tensor part, Parameter parameter) {
    long[] shape = parameter.shape();
    return shape.length == 4
        ? part.view(shape[0], shape[2], shape[3], shape[1]).permute(0, 3, 1, 2)
        : part.view(shape);
  }

  /** Returns the parameters in order. */
  public List<Parameter> list() {
    return List.copyOf(parameters);
  }

  /** Returns the number of all elements. */
  public long size() {
    return parameters.stream().mapToLong(Parameter::size).sum();
  }

  /** Returns θ, [size]. */
  public Tensor values() {
    return Objects.requireNonNull(values, "not initialised");
  }

  /** Returns the gradients that backward passes added up, [size]. */
  public Tensor gradients() {
    return Objects.requireNonNull(gradients, "not initialised");
  }

  /** Returns the CUDA device or the CPU, or refuses a device that is not there. */
  public static Device device(String name) {
    switch (name) {
      case "cpu" -> {}
      case "cuda" -> {
        if (!torch.cuda_is_available()) {
          throw BadInputException.at(
              "learner torch, device",
              "cpu (cuda needs a GPU and a build with -Dtorch.platform=linux-x86_64-gpu)",
              name);
        }
      }
      default -> throw BadInputException.at("learner torch, device", "cpu or cuda", name);
    }
    return new Device(name);
  }
}
