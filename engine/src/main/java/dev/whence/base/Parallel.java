package dev.whence.base;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/** Runs loops whose iterations do not depend on each other on a fixed number of threads. */
@Api
public final class Parallel implements AutoCloseable {

  private final ForkJoinPool pool;

  /** Makes a pool of {@code threads} threads. */
  public Parallel(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("expected at least 1 thread, found " + threads);
    }
    pool = new ForkJoinPool(threads);
  }

  public int threads() {
    return pool.getParallelism();
  }

  /**
   * Runs {@code body} for 0 … n − 1, each on the next thread that is free, and returns when all are
   * done; throws what one of them threw.
   */
  public void forEach(int n, IntConsumer body) {
    AtomicInteger next = new AtomicInteger();
    IntConsumer thread =
        at -> {
          for (int i = next.getAndIncrement(); i < n; i = next.getAndIncrement()) {
            body.accept(i);
          }
        };
    try {
      pool.submit(() -> IntStream.range(0, Math.min(threads(), n)).parallel().forEach(thread))
          .get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (ExecutionException e) {
      Throwable cause = root(e);
      if (cause instanceof RuntimeException unchecked) {
        throw unchecked;
      }
      if (cause instanceof Error error) {
        throw error;
      }
      throw new IllegalStateException(cause);
    }
  }

  /**
   * The pool wraps what a worker threw in copies of the exception; the message sits at the bottom.
   */
  private static Throwable root(Throwable thrown) {
    Throwable cause = thrown;
    for (Throwable next = cause.getCause(); next != null; next = cause.getCause()) {
      if (!(cause instanceof ExecutionException) && cause.getClass() != next.getClass()) {
        break;
      }
      cause = next;
    }
    return cause;
  }

  @Override
  public void close() {
    pool.shutdownNow();
  }
}
