package dev.whence.regress;

import dev.whence.linalg.Parallel;
import java.util.ArrayList;
import java.util.List;

/**
 * Solves many targets together, so that each panel of G is read once for all of them: every solver
 * goes on until it needs a product with G, then the panels pass, each by all the solvers that wait.
 *
 * <p>A solver sees the same numbers however many go beside it, and on however many threads.
 */
final class Lockstep {

  /** A solver that works in rounds of its own work and a product with G. */
  interface Solver {

    /** Goes on until a product is needed; returns false when there is nothing more to do. */
    boolean advance();

    /** Computes panel {@code p} of the product; panels come in any order, on several threads. */
    void panel(int p);
  }

  private Lockstep() {}

  /** Runs the solvers to their end. */
  static void run(List<? extends Solver> solvers, int panels, Parallel parallel) {
    List<? extends Solver> waiting = solvers;
    while (!waiting.isEmpty()) {
      List<? extends Solver> asked = waiting;
      boolean[] wants = new boolean[asked.size()];
      parallel.forEach(asked.size(), i -> wants[i] = asked.get(i).advance());
      List<Solver> next = new ArrayList<>();
      for (int i = 0; i < wants.length; i++) {
        if (wants[i]) {
          next.add(asked.get(i));
        }
      }
      parallel.forEach(panels, p -> next.forEach(solver -> solver.panel(p)));
      waiting = next;
    }
  }

  /** Runs one solver to its end, on this thread. */
  static void run(Solver solver, int panels) {
    while (solver.advance()) {
      for (int p = 0; p < panels; p++) {
        solver.panel(p);
      }
    }
  }
}
