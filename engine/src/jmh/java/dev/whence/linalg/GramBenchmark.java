package dev.whence.linalg;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** XᵀX of 512 units and 8,192 runs: 1.07 billion multiply-adds, each pair counted once. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class GramBenchmark {

  private static final int UNITS = 512;
  private static final int RUNS = 8192;

  private BitColumns columns;

  @Setup
  public void fill() {
    byte[] packed = new byte[RUNS * UNITS / 8];
    new Random(1).nextBytes(packed);
    columns = BitColumns.ofRows(packed, UNITS, IntStream.range(0, RUNS).toArray());
  }

  @Benchmark
  public long gram() {
    long sum = 0;
    for (int j = 0; j < UNITS; j++) {
      for (int k = 0; k <= j; k++) {
        sum += columns.common(j, k);
      }
    }
    return sum;
  }
}
