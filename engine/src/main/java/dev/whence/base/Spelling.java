package dev.whence.base;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Finds the known word that a misspelt word stands for. */
public final class Spelling {

  private Spelling() {}

  /**
   * Returns the known word nearest to {@code word}, or null where none is near: a known word is
   * near if at most a third of the letters (at least one) differ, or if it begins or ends with
   * {@code word}.
   */
  public static @Nullable String nearest(Collection<String> known, String word) {
    String lower = word.toLowerCase(Locale.ROOT);
    return known.stream()
        .filter(k -> isNear(k.toLowerCase(Locale.ROOT), lower))
        .min(Comparator.comparingInt(k -> distance(k.toLowerCase(Locale.ROOT), lower)))
        .orElse(null);
  }

  private static boolean isNear(String known, String word) {
    int longer = Math.max(known.length(), word.length());
    return distance(known, word) <= Math.max(1, longer / 3)
        || (word.length() >= 3 && known.endsWith(word))
        || (word.length() >= 3 && known.startsWith(word));
  }

  /**
   * Returns the number of letters to add, leave out, change or swap with the next letter, to make
   * {@code b} from {@code a} (optimal string alignment).
   */
  private static int distance(String a, String b) {
    int[][] edits = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          edits[i][j] = i + j;
          continue;
        }
        int change = edits[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        edits[i][j] = Math.min(change, 1 + Math.min(edits[i - 1][j], edits[i][j - 1]));
        boolean swapped =
            i > 1
                && j > 1
                && a.charAt(i - 1) == b.charAt(j - 2)
                && a.charAt(i - 2) == b.charAt(j - 1);
        if (swapped) {
          edits[i][j] = Math.min(edits[i][j], edits[i - 2][j - 2] + 1);
        }
      }
    }
    return edits[a.length()][b.length()];
  }
}
