package dev.whence.regress.gram;

import dev.whence.base.Parallel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Solves many targets together, so that each panel of G is read once for all of them: every solver
 * goes on until it needs something of G, then the panels pass, each by all the solvers that wait
 * for the same. What most wait for comes first.
 *
 * <p>A solver sees the same numbers however many go beside it, and on however many threads.
 */
public final class Lockstep {

  /** A solver that works in rounds of its own work and a reading of G. */
  public interface Solver extends GramProduct.Sink {

    /** Goes on until G is needed and says what for; null when there is nothing more to do. */
    @Nullable Request advance();
  }

  /** What solvers that wait together have in common. */
  private record Reading(Class<? extends Request> kind, Gram gram) {

    static Reading of(Waiting waiting) {
      return new Reading(waiting.request.getClass(), waiting.request.gram());
    }
  }

  /** A solver and what it waits for. */
  private record Waiting(Solver solver, Request request) {}

  private Lockstep() {}

  /**
   * Runs solvers to their end.
   *
   * @param solvers taken as there is room
   * @param together how many at once
   */
  public static void run(Iterator<? extends Solver> solvers, int together, Parallel parallel) {
    List<Solver> ready = new ArrayList<>();
    List<Waiting> waiting = new ArrayList<>();
    while (true) {
      while (ready.size() + waiting.size() < together && solvers.hasNext()) {
        ready.add(solvers.next());
      }
      waiting.addAll(advance(ready, parallel));
      if (waiting.isEmpty() && !solvers.hasNext()) {
        return;
      }
      ready = serve(waiting, parallel);
    }
  }

  /** Lets solvers go on; returns those that are not at their end. */
  private static List<Waiting> advance(List<Solver> solvers, Parallel parallel) {
    @Nullable Request[] requests = new Request[solvers.size()];
    parallel.forEach(requests.length, i -> requests[i] = solvers.get(i).advance());
    List<Waiting> waiting = new ArrayList<>();
    for (int i = 0; i < requests.length; i++) {
      Request request = requests[i];
      if (request != null) {
        waiting.add(new Waiting(solvers.get(i), request));
      }
    }
    return waiting;
  }

  /** Does what most wait for; takes them from {@code waiting} and returns their solvers. */
  private static List<Solver> serve(List<Waiting> waiting, Parallel parallel) {
    Map<Reading, List<Waiting>> readings = new LinkedHashMap<>();
    for (Waiting one : waiting) {
      readings.computeIfAbsent(Reading.of(one), reading -> new ArrayList<>()).add(one);
    }
    if (readings.isEmpty()) {
      return new ArrayList<>();
    }
    List<Waiting> most = Collections.max(readings.values(), Comparator.comparingInt(List::size));
    waiting.removeAll(most);
    List<Solver> solvers = new ArrayList<>(most.stream().map(Waiting::solver).toList());
    List<Request> requests = most.stream().map(Waiting::request).toList();
    switch (requests.getFirst()) {
      case Gathering first -> Gathering.run(all(Gathering.class, requests), parallel);
      case GramProduct first -> {
        GramProduct.Batch batch = new GramProduct.Batch(all(GramProduct.class, requests));
        parallel.forEach(first.gram().panels(), p -> batch.panel(p, solvers::get));
      }
    }
    return solvers;
  }

  private static <T> List<T> all(Class<T> kind, List<? super T> list) {
    return list.stream().map(kind::cast).toList();
  }

  /** Runs solvers to their end, all at once. */
  public static void run(List<? extends Solver> solvers, Parallel parallel) {
    run(solvers.iterator(), solvers.size(), parallel);
  }

  /** Runs one solver to its end, on this thread. */
  public static void run(Solver solver) {
    for (Request x = solver.advance(); x != null; x = solver.advance()) {
      switch (x) {
        case Gathering gathering -> gathering.run();
        case GramProduct product -> {
          GramProduct.Batch batch = new GramProduct.Batch(List.of(product));
          for (int p = 0; p < product.gram().panels(); p++) {
            batch.panel(p, i -> solver);
          }
        }
      }
    }
  }
}
