package dev.whence.torch;

import dev.whence.base.BadInputException;
import dev.whence.learn.Backbone;
import java.nio.file.Path;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.CompilationUnit;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.JitModule;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * A network in a TorchScript file ({@code torch.jit.script} or {@code trace}, then {@code save}).
 */
public final class TorchScriptBackbone implements Backbone {

  private final Path file;
  private final int threads;
  private final JitModule network;

  private TorchScriptBackbone(Path file, int threads, JitModule network) {
    this.file = file;
    this.threads = threads;
    this.network = network;
  }

  /** Opens {@code .pt} files. */
  public static final class Factory implements Backbone.Factory {
    @Override
    public String suffix() {
      return ".pt";
    }

    @Override
    public Backbone open(Path file, int threads) {
      Native.oneThread();
      try {
        JitModule network = torch.import_ir_module(new CompilationUnit(), file.toString());
        network.eval();
        return new TorchScriptBackbone(file, threads, network);
      } catch (RuntimeException e) {
        throw BadInputException.at(file, "a TorchScript network", firstLine(e));
      }
    }
  }

  @Override
  public float[] apply(float[] pictures, int n, int channels, int height, int width) {
    torch.set_num_threads(threads);
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      Tensor x = Tensor.create(pictures, n, channels, height, width);
      Tensor embedded = network.forward(new IValueVector(new IValue(x))).toTensor();
      Tensor values = embedded.to(torch.ScalarType.Float).contiguous();
      float[] embeddings = new float[Math.toIntExact(values.numel())];
      new FloatPointer(values.data_ptr()).get(embeddings);
      return embeddings;
    } catch (RuntimeException e) {
      throw BadInputException.at(
          file,
          "a network for pictures %d × %d × %d".formatted(channels, height, width),
          firstLine(e));
    } finally {
      Native.oneThread();
    }
  }

  private static String firstLine(RuntimeException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("an error");
  }

  @Override
  public void close() {
    network.close();
  }
}
