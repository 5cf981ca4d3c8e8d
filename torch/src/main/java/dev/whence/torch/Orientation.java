package dev.whence.torch;

import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** How a network is shown the pictures that it is asked about. */
enum Orientation {
  UPRIGHT {
    @Override
    Tensor of(Tensor pictures) {
      return pictures;
    }
  },
  MIRRORED {
    @Override
    Tensor of(Tensor pictures) {
      return pictures.flip(3);
    }
  };

  /** Returns pictures [n, channels, height, width] so turned. */
  abstract Tensor of(Tensor pictures);

  /** Returns those whose outputs are averaged. */
  static List<Orientation> averaged(TorchConfig config) {
    return config.flipAverage() ? List.of(values()) : List.of(UPRIGHT);
  }
}
