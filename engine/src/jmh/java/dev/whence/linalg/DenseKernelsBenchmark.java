package dev.whence.linalg;

import dev.whence.linalg.dense.Workspace;
import dev.whence.linalg.dense.SgdStep;
import dev.whence.linalg.dense.Rows;
import dev.whence.linalg.dense.Strips;
import dev.whence.linalg.dense.DenseKernels;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The first layer of 784-128 on a batch of 128: 25.7 million operations forward, as many for the gradient. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(jvmArgsAppend = {"--add-modules", "jdk.incubator.vector"})
public class DenseKernelsBenchmark {

  private static final int BATCH = 128;
  private static final int INPUTS = 784;
  private static final int OUTPUTS = 128;

  @Param({"scalar", "vector256"})
  private String kernels;

  /** The part of the outputs' gradients that are not 0. */
  @Param({"1", "0.25"})
  private double live;

  private DenseKernels implementation;
  private Rows x;
  private final Strips w = Strips.zeros(INPUTS, OUTPUTS);
  private final Strips v = Strips.zeros(INPUTS, OUTPUTS);
  private final float[] z = new float[BATCH * OUTPUTS];
  private final float[] dz = new float[BATCH * OUTPUTS];
  private final Workspace space = new Workspace(BATCH, OUTPUTS);
  private final SgdStep step = new SgdStep(1e-6f, 0.9f, 5e-4f);

  @Setup
  public void fill() {
    implementation =
        DenseKernels.available().stream()
            .filter(k -> k.name().equals(kernels))
            .findFirst()
            .orElseThrow();
    Random random = new Random(1);
    float[] data = new float[BATCH * INPUTS];
    for (int i = 0; i < data.length; i++) {
      data[i] = random.nextFloat();
    }
    for (int i = 0; i < w.data().length; i++) {
      w.data()[i] = random.nextFloat() - 0.5f;
    }
    for (int i = 0; i < dz.length; i++) {
      dz[i] = random.nextDouble() < live ? random.nextFloat() - 0.5f : 0f;
    }
    x = Rows.dense(data, INPUTS, BATCH);
  }

  @Benchmark
  public float[] affine() {
    implementation.affine(x, w, new float[OUTPUTS], z, OUTPUTS);
    return z;
  }

  @Benchmark
  public float[] descend() {
    implementation.descend(x, dz, OUTPUTS, w, v, step, space);
    return w.data();
  }
}
