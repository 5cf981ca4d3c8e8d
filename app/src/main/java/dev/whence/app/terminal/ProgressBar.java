package dev.whence.app.terminal;

import dev.whence.base.Progress;
import java.io.PrintStream;
import java.util.Locale;

/**
 * Draws progress on a terminal, as wide as it is: bar, count, rate, time left. Elsewhere it writes
 * a line when a task ends, and one a minute while it goes on.
 */
public final class ProgressBar implements Progress {

  private static final int WIDTH = 28;
  private static final long TERMINAL_PERIOD = 100_000_000L;
  private static final long LOG_PERIOD = 60_000_000_000L;

  /** Nanoseconds before a rate says anything of what is left. */
  private static final long SETTLED = 2_000_000_000L;

  private static final int LEAST_COLUMNS = 40;
  private static final int COLUMNS =
      Math.max(LEAST_COLUMNS, Integer.getInteger("whence.columns", 100)) - 1;

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
      boolean settled = now - started > SETTLED && done - skipped > 1;
      String left =
          settled
              ? String.format(Locale.ROOT, "  %.1f/s  %s left", rate, time((total - done) / rate))
              : "";
      String counts = String.format(Locale.ROOT, "%,d/%,d %s", done, total, unit);
      String text = "%-24s %s %s%s".formatted(label, bar(), counts, left);
      if (terminal) {
        if (text.length() > COLUMNS) {
          text = "%s %s%s".formatted(label, counts, left);
        }
        err.print("\r" + text.substring(0, Math.min(text.length(), COLUMNS)) + "\u001b[K");
      } else {
        err.println("%-24s %s%s".formatted(label, counts, left));
      }
      err.flush();
    }

    private String bar() {
      int full = total == 0 ? WIDTH : (int) (WIDTH * Math.min(done, total) / total);
      return "█".repeat(full) + "░".repeat(WIDTH - full);
    }

    @Override
    public synchronized void close() {
      if (done < total) { // it did not end: what went wrong has the word
        if (terminal) {
          err.print("\r\u001b[K");
        }
        return;
      }
      String took = time((System.nanoTime() - started) / 1e9);
      if (terminal) {
        String text = "%-24s %s %,d %s in %s".formatted(label, bar(), done, unit, took);
        err.println("\r" + text.substring(0, Math.min(text.length(), COLUMNS)) + "\u001b[K");
      } else {
        err.println("%-24s %,d %s in %s".formatted(label, done, unit, took));
      }
    }
  }

  public static String time(double seconds) {
    long s = Math.round(seconds);
    return s < 60
        ? s + " s"
        : s < 3600
            ? "%d:%02d min".formatted(s / 60, s % 60)
            : "%d:%02d h".formatted(s / 3600, s / 60 % 60);
  }
}
