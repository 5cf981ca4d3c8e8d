package dev.whence.regress;

import dev.whence.linalg.Parallel;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Solves many targets together, so that each panel of G is read once for all of them: every solver
 * goes on until it needs a product with G, then the panels pass, each by all the solvers that wait.
 *
 * <p>A solver sees the same numbers however many go beside it, and on however many threads.
 */
final class Lockstep {

  /** A solver that works in rounds of its own work and a product with G. */
  interface Solver extends GramProduct.Sink {

    /** Goes on until a product is needed and returns it; null when there is nothing more to do. */
    @Nullable GramProduct advance();
  }

  private Lockstep() {}

  /**
   * Runs solvers to their end.
   *
   * @param solvers taken as there is room
   * @param together how many at once
   * @param panels of the Gram matrix, which is the same for all
   */
  static void run(Iterator<? extends Solver> solvers, int together, int panels, Parallel parallel) {
    List<Solver> active = new ArrayList<>();
    while (!active.isEmpty() || solvers.hasNext()) {
      while (active.size() < together && solvers.hasNext()) {
        active.add(solvers.next());
      }
      List<Solver> asked = active;
      @Nullable GramProduct[] wanted = new GramProduct[asked.size()];
      parallel.forEach(wanted.length, i -> wanted[i] = asked.get(i).advance());
      List<Solver> waiting = new ArrayList<>();
      List<GramProduct> products = new ArrayList<>();
      for (int i = 0; i < wanted.length; i++) {
        GramProduct product = wanted[i];
        if (product != null) {
          waiting.add(asked.get(i));
          products.add(product);
        }
      }
      GramProduct.Batch batch = new GramProduct.Batch(products);
      parallel.forEach(panels, p -> batch.panel(p, waiting::get));
      active = waiting;
    }
  }

  /** Runs solvers to their end, all at once. */
  static void run(List<? extends Solver> solvers, int panels, Parallel parallel) {
    run(solvers.iterator(), solvers.size(), panels, parallel);
  }

  /** Runs one solver to its end, on this thread. */
  static void run(Solver solver, int panels) {
    for (GramProduct x = solver.advance(); x != null; x = solver.advance()) {
      GramProduct.Batch batch = new GramProduct.Batch(List.of(x));
      for (int p = 0; p < panels; p++) {
        batch.panel(p, i -> solver);
      }
    }
  }
}
