package dev.whence.app.terminal;

import dev.whence.base.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Measures the tasks of a job as they begin and end. */
public final class StageClock implements Progress {

  /**
   * A task that ended.
   *
   * @param seconds from its start to its end
   * @param peakGib the largest resident memory of the process so far, in GiB; NaN where the system
   *     does not tell
   */
  record Stage(String name, double seconds, double peakGib) {}

  private final Progress shown;
  private final List<Stage> stages = new ArrayList<>();

  public StageClock(Progress shown) {
    this.shown = shown;
  }

  @Override
  public Task start(String label, long total, String unit) {
    long start = System.nanoTime();
    Task task = shown.start(label, total, unit);
    return new Task() {
      @Override
      public void step(long n) {
        task.step(n);
      }

      @Override
      public void close() {
        task.close();
        stages.add(new Stage(label, (System.nanoTime() - start) / 1e9, peakGib()));
      }
    };
  }

  public List<Stage> stages() {
    return stages;
  }

  /** Returns the seconds of all tasks of this name. */
  public double seconds(String name) {
    return stages.stream().filter(s -> s.name.equals(name)).mapToDouble(Stage::seconds).sum();
  }

  public static double peakGib() {
    try {
      return Files.readAllLines(Path.of("/proc/self/status")).stream()
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")) / (1 << 20))
          .findFirst()
          .orElse(Double.NaN);
    } catch (IOException e) {
      return Double.NaN; // a system without /proc
    }
  }
}
