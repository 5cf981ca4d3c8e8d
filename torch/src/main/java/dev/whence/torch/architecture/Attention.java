package dev.whence.torch.architecture;

import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** Scaled dot-product attention of several heads. */
final class Attention {

  private Attention() {}

  /**
   * Attends within each sequence.
   *
   * @param qkv queries, keys and values side by side [n, tokens, 3·width]
   * @param bias added to the products, broadcastable to [n, heads, tokens, tokens]; or none
   * @return [n, tokens, width]
   */
  static Tensor apply(Tensor qkv, long heads, TensorOptional bias) {
    long n = qkv.size(0);
    long tokens = qkv.size(1);
    long width = qkv.size(2) / 3;
    Tensor parts = qkv.view(n, tokens, 3, heads, width / heads).permute(2, 0, 3, 1, 4);
    Tensor mixed =
        torch.scaled_dot_product_attention(
            parts.select(0, 0),
            parts.select(0, 1),
            parts.select(0, 2),
            bias,
            0,
            false,
            new DoubleOptional(),
            false);
    return mixed.transpose(1, 2).reshape(n, tokens, width);
  }
}
