package dev.whence.pool;

import dev.whence.base.Workers;
import dev.whence.learn.Workplace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * An executor as a cluster has it: the recipe arrives as JSON, each chunk is trained by a runner of
 * its own, and chunks come back in another order.
 */
public final class TravellingExecutor implements Executor {

  /** Makes them, for ServiceLoader. */
  public static final class Factory implements ExecutorFactory {
    @Override
    public String name() {
      return "travelling";
    }

    @Override
    public String description() {
      return "for tests";
    }

    @Override
    public Executor create(Workers workers) {
      return new TravellingExecutor();
    }
  }

  @Override
  public void execute(Job job, List<Chunk> chunks, Results results) throws IOException {
    String recipe = job.recipe().json();
    List<Integer> order = new ArrayList<>();
    for (int c = 0; c < chunks.size(); c++) {
      order.add(c);
    }
    Collections.shuffle(order, new Random(1));
    for (int c : order) {
      Workplace here = new Workplace(job.workplace().scratch(), job.workplace().logs());
      try (Runner runner = new Runner(new Job(RunRecipe.of(recipe), job.data(), here))) {
        List<RunResult> runs = new ArrayList<>();
        for (int i = 0; i < chunks.get(c).runs(); i++) {
          runs.add(runner.run(chunks.get(c).first() + i));
          results.run();
        }
        results.chunk(c, runs);
      }
    }
  }

  @Override
  public void close() {}
}
