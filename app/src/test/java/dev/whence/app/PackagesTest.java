package dev.whence.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Draws docs/packages.svg from the classes: each package below all that it uses. An arrow that
 * follows from others (a uses b, b uses c, a uses c) is left out.
 */
class PackagesTest {

  private static final int WIDTH = 150;
  private static final int HEIGHT = 38;
  private static final int ACROSS = 22;
  private static final int DOWN = 46;

  private final Map<String, TreeSet<String>> uses = new TreeMap<>();
  private final Map<String, Integer> types = new TreeMap<>();

  private static String name(JavaClass type) {
    return type.getPackageName().replaceFirst("^dev\\.whence\\.", "");
  }

  private void read() {
    for (JavaClass type :
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.whence")) {
      TreeSet<String> used = uses.computeIfAbsent(name(type), p -> new TreeSet<>());
      if (type.isTopLevelClass() && !type.getSimpleName().equals("package-info")) {
        types.merge(name(type), 1, Integer::sum);
      }
      for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
        JavaClass target = dependency.getTargetClass().getBaseComponentType();
        if (target.getPackageName().startsWith("dev.whence.") && !name(target).equals(name(type))) {
          used.add(name(target));
        }
      }
    }
  }

  /** Returns the longest way from a package to one that uses none; refuses a circle. */
  private int depth(String of, Set<String> above) {
    assertThat(above).as("packages that use each other in a circle").doesNotContain(of);
    Set<String> now = new HashSet<>(above);
    now.add(of);
    return uses.get(of).stream().mapToInt(used -> 1 + depth(used, now)).max().orElse(0);
  }

  private boolean reaches(String from, String to) {
    return uses.get(from).stream().anyMatch(u -> u.equals(to) || reaches(u, to));
  }

  private String draw() {
    Map<String, Integer> depths = new TreeMap<>();
    uses.keySet().forEach(name -> depths.put(name, depth(name, Set.of())));
    Map<Integer, List<String>> rows = new TreeMap<>();
    depths.forEach((name, depth) -> rows.computeIfAbsent(depth, d -> new ArrayList<>()).add(name));
    int most = rows.values().stream().mapToInt(List::size).max().orElse(1);
    int width = most * (WIDTH + ACROSS) + ACROSS;
    int height = rows.size() * (HEIGHT + DOWN) + DOWN;
    Map<String, int[]> at = new TreeMap<>();
    rows.forEach(
        (depth, names) -> {
          int left = (width - names.size() * (WIDTH + ACROSS) + ACROSS) / 2;
          for (int i = 0; i < names.size(); i++) {
            at.put(
                names.get(i),
                new int[] {left + i * (WIDTH + ACROSS), DOWN / 2 + depth * (HEIGHT + DOWN)});
          }
        });
    StringBuilder svg = new StringBuilder();
    svg.append(
        """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="13">
        <defs><marker id="a" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0 8 4 0 8z" fill="#888"/></marker></defs>
        <rect width="100%%" height="100%%" fill="#fff"/>
        """
            .formatted(width, height));
    uses.forEach(
        (from, all) ->
            all.stream()
                .filter(to -> all.stream().noneMatch(via -> !via.equals(to) && reaches(via, to)))
                .forEach(to -> svg.append(arrow(at.get(from), at.get(to)))));
    at.forEach(
        (name, corner) ->
            svg.append(
                """
                <g><rect x="%d" y="%d" width="%d" height="%d" rx="5" fill="%s" stroke="#557"/>\
                <text x="%d" y="%d" text-anchor="middle">%s</text>\
                <text x="%d" y="%d" text-anchor="middle" font-size="9" fill="#555">%d types</text></g>
                """
                    .formatted(
                        corner[0],
                        corner[1],
                        WIDTH,
                        HEIGHT,
                        name.startsWith("app") ? "#fdf3e1" : "#e8eefb",
                        corner[0] + WIDTH / 2,
                        corner[1] + 17,
                        name,
                        corner[0] + WIDTH / 2,
                        corner[1] + 31,
                        types.getOrDefault(name, 0))));
    return svg.append("</svg>\n").toString();
  }

  private static String arrow(int[] from, int[] to) {
    return String.format(
        Locale.ROOT,
        "<path d=\"M%d %d C%d %d %d %d %d %d\" fill=\"none\" stroke=\"#888\" marker-end=\"url(#a)\"/>\n",
        from[0] + WIDTH / 2,
        from[1],
        from[0] + WIDTH / 2,
        from[1] - DOWN / 2,
        to[0] + WIDTH / 2,
        to[1] + HEIGHT + DOWN / 2,
        to[0] + WIDTH / 2,
        to[1] + HEIGHT + 2);
  }

  /** Written anew with -Dtest.args=-Dwhence.update=true. */
  @Test
  void theDrawingIsOfTheseClasses() throws IOException {
    read();
    String drawn = draw();
    Path file = Path.of("../docs/packages.svg");
    if (Boolean.getBoolean("whence.update")) {
      Files.writeString(file, drawn);
    }
    assertThat(Files.readString(file)).isEqualTo(drawn);
  }
}
