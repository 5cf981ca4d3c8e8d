package dev.whence.torch.architecture;

import dev.whence.torch.architecture.Layers.Geometry;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * A fully connected layer, or a convolution, which is one at every position of its input.
 *
 * @param geometry of the convolution; none for a fully connected layer
 */
record MatrixSite(Parameter weight, @Nullable Parameter bias, @Nullable Geometry geometry)
    implements Site {

  @Override
  public List<Parameter> parameters() {
    return bias == null ? List.of(weight) : List.of(weight, bias);
  }

  @Override
  public Tensor gradients(Tensor x, Tensor delta) {
    long n = x.size(0);
    long groups = geometry == null ? 1 : geometry.groups();
    Tensor out = outputs(delta); // [n, positions, out]
    Tensor in = inputs(x); // [n, positions, in · groups]
    long positions = out.size(1);
    Tensor d = out.view(n, positions, groups, -1).permute(0, 2, 3, 1).flatten(0, 1);
    Tensor a = in.view(n, positions, groups, -1).permute(0, 2, 1, 3).flatten(0, 1);
    Tensor products = d.bmm(a).view(n, out.size(2), -1);
    List<Tensor> parts = new ArrayList<>(List.of(inOrder(products).reshape(n, -1)));
    if (bias != null) {
      parts.add(out.sum(1));
    }
    return torch.cat(new TensorVector(parts.toArray(Tensor[]::new)), 1);
  }

  /** From [n, out, channels · size²] to the channels-last layout of filters. */
  private Tensor inOrder(Tensor products) {
    if (geometry == null) {
      return products;
    }
    long[] shape = weight.shape();
    return products
        .view(products.size(0), shape[0], shape[1], shape[2], shape[3])
        .permute(0, 1, 3, 4, 2);
  }

  @Override
  public @Nullable Factors factors(Tensor x, Tensor delta) {
    if (geometry != null && geometry.groups() > 1) {
      return null;
    }
    Tensor in = inputs(x);
    if (bias != null) {
      Tensor one = torch.ones_like(in.narrow(2, 0, 1));
      in = torch.cat(new TensorVector(in, one), 2);
    }
    return new Factors(outputs(delta), in);
  }

  /** [n, positions, out]. */
  private Tensor outputs(Tensor delta) {
    return geometry == null
        ? delta.reshape(delta.size(0), -1, weight.shape()[0])
        : delta.flatten(2, -1).transpose(1, 2).contiguous();
  }

  /** [n, positions, in · groups]. */
  private Tensor inputs(Tensor x) {
    if (geometry == null) {
      return x.reshape(x.size(0), -1, weight.shape()[1]);
    }
    long size = weight.shape()[2];
    long padding = geometry.padding();
    long stride = geometry.stride();
    return torch
        .im2col(
            x.contiguous(),
            new long[] {size, size},
            new long[] {1, 1},
            new long[] {padding, padding},
            stride,
            stride)
        .transpose(1, 2)
        .contiguous();
  }
}
