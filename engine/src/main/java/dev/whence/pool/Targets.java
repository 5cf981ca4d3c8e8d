package dev.whence.pool;

import dev.whence.base.Json;
import dev.whence.data.Dataset;
import dev.whence.data.Split;
import dev.whence.design.Units;
import dev.whence.store.Manifest;
import dev.whence.store.Study;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The examples whose predictions are explained: those of the test set, then those of S where the
 * study asks for them.
 *
 * @param units for each target the unit of S that it belongs to, or −1; its datamodel uses runs
 *     without that unit (eq. 9)
 * @param offsets what was taken off each target's outputs when they were imported, so that float32
 *     holds what runs make of them; null where nothing was
 */
public record Targets(int[] units, double @Nullable [] offsets) {

  private static final String FILE = "targets.json";

  /** Returns these targets with offsets. */
  Targets with(double @Nullable [] taken) {
    return new Targets(units, taken);
  }

  /** Returns the number of targets. */
  public int count() {
    return units.length;
  }

  /** Returns the sets of examples that are targets, in order. */
  public static List<Dataset> sets(Split data, boolean trainTargets) {
    List<Dataset> sets = new ArrayList<>();
    if (data.test() != null) {
      sets.add(data.test());
    }
    if (trainTargets || data.test() == null) {
      sets.add(data.train());
    }
    return sets;
  }

  /** Returns the units of S of a dataset's study. */
  public static Units units(Manifest manifest, Dataset train) {
    String unit = manifest.trained().design().unit();
    return Units.of(train, Units.Kind.valueOf(unit.toUpperCase(Locale.ROOT)));
  }

  /** Returns the targets of a study. */
  public static Targets of(Study study) throws IOException {
    Manifest manifest = study.manifest();
    int[] units = new int[manifest.targets()];
    Arrays.fill(units, -1);
    Manifest.Training training = manifest.training();
    if (training == null) {
      Path file = study.folder().resolve(FILE);
      return Files.exists(file) ? Json.read(file, Targets.class) : new Targets(units, null);
    }
    if (training.data().trainTargets()) {
      int[] ofExample = units(manifest, study.data().train()).ofExample();
      System.arraycopy(ofExample, 0, units, units.length - ofExample.length, ofExample.length);
    }
    return new Targets(units, null);
  }

  /** Writes the targets of imported runs. */
  public void write(Path study) throws IOException {
    Json.write(study.resolve(FILE), this);
  }
}
