package dev.whence.torch;

import java.util.Objects;
import java.util.function.Supplier;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * In which numbers products and convolutions are computed; parameters and their sums stay float32.
 *
 * @param half whether in bfloat16, by LibTorch's autocast
 * @param device where
 */
record Precision(boolean half, torch.DeviceType device) {

  static Precision of(TorchConfig config) {
    return new Precision(
        "bfloat16".equals(config.precision()),
        Objects.equals(config.device(), "cuda") ? torch.DeviceType.CUDA : torch.DeviceType.CPU);
  }

  /** Returns what {@code forward} computes, as float32. */
  Tensor apply(Supplier<Tensor> forward) {
    if (!half) {
      return forward.get();
    }
    torch.set_autocast_dtype(device, torch.ScalarType.BFloat16);
    torch.set_autocast_enabled(device, true);
    try {
      return forward.get().to(torch.ScalarType.Float);
    } finally {
      torch.set_autocast_enabled(device, false);
      torch.clear_cache();
    }
  }
}
