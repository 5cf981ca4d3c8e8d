package dev.whence.torch;

import dev.whence.learn.ImageShape;
import java.util.function.UnaryOperator;
import org.apache.commons.rng.UniformRandomProvider;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Memory for a minibatch's pictures, used again for each; as a tensor it is [n, channels, height,
 * width] with the channels last in memory, the layout that convolutions are fastest with.
 */
public final class Minibatch implements AutoCloseable {

  /** How a picture is copied into a minibatch. */
  @FunctionalInterface
  public interface Copy {
    /** Writes the picture at {@code from} in {@code x} to {@code to} in {@code batch}. */
    void draw(float[] x, int from, float[] batch, int to, UniformRandomProvider random);
  }

  private final ImageShape image;
  private final Device device;
  private final float[] values;
  private final FloatPointer memory;

  /** Makes room for {@code batch} pictures. */
  public Minibatch(ImageShape image, int batch, Device device) {
    this.image = image;
    this.device = device;
    values = new float[Math.multiplyExact(batch, image.size())];
    memory = new FloatPointer(values.length);
  }

  /**
   * Returns the pictures {@code examples[from] … examples[from + count]}, copied as {@code copy}
   * does; valid until the next call.
   */
  public Tensor fill(
      float[] x, int[] examples, int from, int count, Copy copy, UniformRandomProvider random) {
    int size = image.size();
    for (int i = 0; i < count; i++) {
      copy.draw(x, examples[from + i] * size, values, i * size, random);
    }
    return tensor(count);
  }

  /** Returns {@code count} consecutive pictures as they are; valid until the next call. */
  public Tensor fill(float[] x, int first, int count) {
    System.arraycopy(x, first * image.size(), values, 0, count * image.size());
    return tensor(count);
  }

  /**
   * Returns what {@code function} makes of all pictures, {@code batch} of them at a time and
   * without gradients: [rows, values].
   */
  public float[] apply(float[] x, int batch, UnaryOperator<Tensor> function) {
    int rows = x.length / image.size();
    float[] results = new float[0];
    int at = 0;
    for (int from = 0; from < rows; from += batch) {
      int count = Math.min(batch, rows - from);
      try (PointerScope scope = new PointerScope();
          NoGradGuard guard = new NoGradGuard()) {
        Tensor result = function.apply(fill(x, from, count));
        if (at == 0) {
          results = new float[Math.multiplyExact(rows, Math.toIntExact(result.size(1)))];
        }
        at = copy(result, results, at);
      }
    }
    return results;
  }

  /** Copies a tensor to {@code results} from {@code at} and returns where it ends. */
  static int copy(Tensor tensor, float[] results, int at) {
    Tensor here = tensor.contiguous().cpu();
    int length = Math.toIntExact(here.numel());
    new FloatPointer(here.data_ptr()).get(results, at, length);
    return at + length;
  }

  private Tensor tensor(int count) {
    memory.put(values, 0, count * image.size());
    Tensor batch = torch.from_blob(memory, count, image.height(), image.width(), image.channels());
    return batch.to(device, torch.ScalarType.Float).permute(0, 3, 1, 2);
  }

  @Override
  public void close() {
    memory.close();
  }
}
