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
 * Solves many targets together, so that each panel of G is read once for all of them. Every solver
 * works until it needs counts of G or a product with G; then one reading of the panels serves all
 * solvers that wait with the same kind of request on the same Gram matrix. The requests of the
 * largest such group of solvers are served first.
 *
 * <p>The numbers that a solver gets do not depend on the number of other solvers or of threads.
 */
public final class Lockstep {

  /**
   * A solver of one target's regression, which alternates between its own work and requests to read
   * G.
   */
  public interface Solver extends GramProduct.Sink {

    /**
     * Works until counts of G or a product with G are needed and returns the request for them; null
     * when the solver is done. The request is served before the next call.
     */
    @Nullable Request advance();
  }

  /**
   * A kind of request and the Gram matrix to read: one reading serves all solvers that wait for the
   * same kind and matrix.
   */
  private record Reading(Class<? extends Request> kind, Gram gram) {

    static Reading of(Waiting waiting) {
      return new Reading(waiting.request.getClass(), waiting.request.gram());
    }
  }

  /** A solver and the request that it waits for. */
  private record Waiting(Solver solver, Request request) {}

  private Lockstep() {}

  /**
   * Runs solvers until all are done.
   *
   * @param solvers the solvers, which begin in this order: {@code together} of them at first, then
   *     one whenever one is done
   * @param together largest number of solvers in progress at once
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

  /**
   * Advances each of {@code solvers} until it has a request or is done; returns those with a
   * request.
   */
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

  /**
   * Serves the requests of the largest group of solvers that one reading of a Gram matrix serves;
   * removes these solvers from {@code waiting} and returns them.
   */
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

  /** Runs solvers until all are done, all of them in progress at once. */
  public static void run(List<? extends Solver> solvers, Parallel parallel) {
    run(solvers.iterator(), solvers.size(), parallel);
  }

  /** Runs one solver until it is done, on the calling thread. */
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
