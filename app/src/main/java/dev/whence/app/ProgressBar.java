package dev.whence.app;

import dev.whence.store.Progress;
import java.io.PrintStream;
import java.util.Locale;

/**
 * Draws progress on a terminal: bar, count, rate, time left. Elsewhere it writes a line every ten
 * seconds.
 */
final class ProgressBar implements Progress {

  private static final int WIDTH = 28;
  private static final long TERMINAL_PERIOD = 100_000_000L;
  private static final long LOG_PERIOD = 10_000_000_000L;

  private final PrintStream err;
  private final boolean terminal = System.console() != null && System.console().isTerminal();

  ProgressBar(PrintStream err) {
    this.err = err;
  }

  @Override
  public Task start(String label, long total, String unit) {
    return new Bar(label, total, unit);
  }

  private final class Bar implements Task {
    private final String label;
    private final long total;
    private final String unit;
    private final long started = System.nanoTime();
    private long shown = started - (terminal ? TERMINAL_PERIOD : 0);
    private long done;
    private long skipped;

    Bar(String label, long total, String unit) {
      this.label = label;
      this.total = total;
      this.unit = unit;
    }

    @Override
    public synchronized void step(long n) {
      long now = System.nanoTime();
      if (done == skipped && now - started < TERMINAL_PERIOD && n > 1) {
        skipped += n; // what an earlier run left done says nothing of this one's speed
      }
      done += n;
      if (now - shown >= (terminal ? TERMINAL_PERIOD : LOG_PERIOD)) {
        shown = now;
        draw(now);
      }
    }

    private void draw(long now) {
      double seconds = Math.max(1e-9, (now - started) / 1e9);
      double rate = (done - skipped) / seconds;
      String left = rate > 0 ? time((total - done) / rate) + " left" : "";
      String text =
          String.format(
              Locale.ROOT,
              "%-24s %s %,d/%,d %s  %.1f/s  %s",
              label,
              bar(),
              done,
              total,
              unit,
              rate,
              left);
      if (terminal) {
        err.print("\r" + text + "\u001b[K");
      } else {
        err.println(text);
      }
      err.flush();
    }

    private String bar() {
      int full = total == 0 ? WIDTH : (int) (WIDTH * Math.min(done, total) / total);
      return "█".repeat(full) + "░".repeat(WIDTH - full);
    }

    @Override
    public synchronized void close() {
      double seconds = (System.nanoTime() - started) / 1e9;
      if (terminal) {
        String text =
            String.format(
                Locale.ROOT, "%-24s %s %,d %s in %s", label, bar(), done, unit, time(seconds));
        err.println("\r" + text + "\u001b[K");
      } else if (seconds > 2) {
        err.println(
            String.format(Locale.ROOT, "%-24s %,d %s in %s", label, done, unit, time(seconds)));
      }
    }
  }

  static String time(double seconds) {
    long s = Math.round(seconds);
    return s < 60
        ? s + " s"
        : s < 3600
            ? "%d:%02d min".formatted(s / 60, s % 60)
            : "%d:%02d h".formatted(s / 3600, s / 60 % 60);
  }
}
