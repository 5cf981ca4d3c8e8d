package dev.whence.app;

import dev.whence.base.BadInputException;
import dev.whence.base.Key;
import dev.whence.base.Purpose;
import dev.whence.explore.Captions;
import dev.whence.store.Study;
import java.io.IOException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.IntStream;
import picocli.CommandLine.Option;

/** Which of a study's targets a command is about. */
final class TargetsOption {

  @Option(
      names = {"--target", "--targets"},
      paramLabel = "T",
      required = true,
      description =
          "Targets: a number, several as 3,77,1205, a range as 10-19, 'all', or 'sample:100': random ones by the study's seed, as many of each class.")
  private String text = "";

  /** Returns the indices of the targets, increasing. */
  int[] of(Study study) throws IOException {
    int n = study.manifest().targets();
    if (text.equals("all")) {
      return IntStream.range(0, n).toArray();
    }
    if (text.matches("sample:0*[1-9]\\d{0,8}")) {
      return sample(study, Integer.parseInt(text.substring("sample:".length())));
    }
    TreeSet<Integer> targets = new TreeSet<>();
    for (String part : text.split(",", -1)) {
      String[] ends = part.strip().split("-", 2);
      int from = number(ends[0], n);
      int to = ends.length == 1 ? from : number(ends[1], n);
      if (from > to) {
        throw refusal(part, n);
      }
      IntStream.rangeClosed(from, to).forEach(targets::add);
    }
    return targets.stream().mapToInt(Integer::intValue).toArray();
  }

  /** Returns random targets, taken from the classes in turn. */
  static int[] sample(Study study, int count) throws IOException {
    int n = study.manifest().targets();
    int[] order = IntStream.range(0, n).toArray();
    Key.shuffle(order, n, new Key(study.manifest().seed(), Purpose.SAMPLE, -2).random());
    Captions captions = Captions.of(study);
    Map<String, Integer> taken = new HashMap<>();
    Map<Integer, Integer> turn = new HashMap<>();
    for (int t : order) {
      turn.put(t, taken.merge(captions.target(t).label(), 1, Integer::sum));
    }
    return IntStream.of(order)
        .boxed()
        .sorted(Comparator.comparing(turn::get)) // stable: within a turn as shuffled
        .limit(count)
        .mapToInt(Integer::intValue)
        .sorted()
        .toArray();
  }

  private static int number(String digits, int n) {
    int value = digits.matches("\\d{1,9}") ? Integer.parseInt(digits) : -1;
    if (value < 0 || value >= n) {
      throw refusal(digits, n);
    }
    return value;
  }

  private static BadInputException refusal(String found, int n) {
    return BadInputException.at(
        "--targets",
        "numbers of 0 … %,d, 'all' or 'sample:K'".formatted(n - 1),
        found.isEmpty() ? "nothing" : found);
  }
}
