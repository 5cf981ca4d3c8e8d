package dev.whence.base;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

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
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    IntConsumer thread =
        at -> {
          for (int i = next.getAndIncrement();
              i < n && failure.get() == null;
              i = next.getAndIncrement()) {
            try {
              body.accept(i);
            } catch (RuntimeException | Error e) {
              failure.compareAndSet(null, e);
            }
          }
        };
    try {
      pool.submit(() -> IntStream.range(0, Math.min(threads(), n)).parallel().forEach(thread))
          .get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
    switch (failure.get()) {
      case null -> {}
      case RuntimeException unchecked -> throw unchecked;
      case Error error -> throw error;
      case Throwable other -> throw new IllegalStateException(other);
    }
  }

  @Override
  public void close() {
    pool.shutdownNow();
  }
}
