package dev.whence.torch.architecture;

import java.util.Objects;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.jspecify.annotations.Nullable;

/** One of a network's parameters: a view of its flat vector, a leaf of the graph of gradients. */
public final class Parameter {

  private final String name;
  private final long[] shape;
  private final Init init;
  private @Nullable Tensor tensor;
  private @Nullable TensorOptional optional;

  Parameter(String name, Init init, long... shape) {
    this.name = name;
    this.init = init;
    this.shape = shape;
  }

  /** Returns the name that PyTorch's {@code named_parameters} gives it. */
  public String name() {
    return name;
  }

  /** Returns the shape, as PyTorch's. */
  public long[] shape() {
    return shape.clone();
  }

  /** Returns the number of elements. */
  public long size() {
    long size = 1;
    for (long length : shape) {
      size = Math.multiplyExact(size, length);
    }
    return size;
  }

  Init init() {
    return init;
  }

  void set(Tensor leaf) {
    tensor = leaf;
    optional = new TensorOptional(leaf);
  }

  /** Returns the values, [shape]. */
  public Tensor tensor() {
    return Objects.requireNonNull(tensor, name);
  }

  TensorOptional optional() {
    return Objects.requireNonNull(optional, name);
  }
}
