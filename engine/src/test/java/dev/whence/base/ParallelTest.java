package dev.whence.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class ParallelTest {

  /** What is in flight when another iteration fails has ended when the failure is thrown. */
  @Test
  void aFailureWaitsForWhatIsInFlight() {
    CountDownLatch begun = new CountDownLatch(1);
    AtomicInteger ended = new AtomicInteger();
    try (Parallel parallel = new Parallel(2)) {
      assertThatThrownBy(
              () ->
                  parallel.forEach(
                      1000,
                      i -> {
                        if (i == 0) {
                          begun.countDown();
                          LockSupport.parkNanos(200_000_000);
                          ended.incrementAndGet();
                        } else {
                          try {
                            begun.await();
                          } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                          }
                          throw new IllegalArgumentException("iteration " + i);
                        }
                      }))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("iteration");
      assertThat(ended).hasValue(1);
    }
  }
}
