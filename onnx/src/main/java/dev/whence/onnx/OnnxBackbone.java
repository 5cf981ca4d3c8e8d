package dev.whence.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.whence.base.BadInputException;
import dev.whence.learn.Backbone;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Map;

/**
 * A network in an ONNX file: its first input takes the pictures, its first output is the embedding.
 */
public final class OnnxBackbone implements Backbone {

  private final OrtSession session;
  private final Path file;

  private OnnxBackbone(OrtSession session, Path file) {
    this.session = session;
    this.file = file;
  }

  /** Opens {@code .onnx} files. */
  public static final class Factory implements Backbone.Factory {
    @Override
    public String suffix() {
      return ".onnx";
    }

    @Override
    public Backbone open(Path file, int threads) {
      try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
        options.setIntraOpNumThreads(threads);
        return new OnnxBackbone(
            OrtEnvironment.getEnvironment().createSession(file.toString(), options), file);
      } catch (OrtException e) {
        throw BadInputException.at(file, "an ONNX network", e.getMessage());
      }
    }
  }

  @Override
  public float[] apply(float[] pictures, int n, int channels, int height, int width) {
    long[] shape = {n, channels, height, width};
    String input = session.getInputNames().iterator().next();
    try (OnnxTensor x =
            OnnxTensor.createTensor(
                OrtEnvironment.getEnvironment(), FloatBuffer.wrap(pictures), shape);
        OrtSession.Result result = session.run(Map.of(input, x))) {
      FloatBuffer values = result.get(0) instanceof OnnxTensor y ? y.getFloatBuffer() : null;
      if (values == null) {
        throw BadInputException.at(
            file, "a first output of floats", result.get(0).getInfo().toString());
      }
      float[] embeddings = new float[values.remaining()];
      values.get(embeddings);
      return embeddings;
    } catch (OrtException e) {
      throw BadInputException.at(
          file,
          "a network for pictures %d × %d × %d".formatted(channels, height, width),
          e.getMessage());
    }
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }
}
