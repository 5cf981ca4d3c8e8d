package dev.whence.torch.architecture;

import dev.whence.data.BadInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.commons.rng.UniformRandomProvider;
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

  /** Returns the tensors that training changes without gradients. */
  public List<Tensor> buffers() {
    return List.copyOf(buffers);
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
