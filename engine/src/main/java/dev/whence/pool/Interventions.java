package dev.whence.pool;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.whence.base.Api;
import dev.whence.base.BadInputException;
import dev.whence.base.Digest;
import dev.whence.base.Json;
import dev.whence.base.Progress;
import dev.whence.data.Dataset;
import dev.whence.data.Labels;
import dev.whence.data.Relabelling;
import dev.whence.data.Split;
import dev.whence.design.Design;
import dev.whence.learn.Workplace;
import dev.whence.store.Manifest;
import dev.whence.store.RunStore;
import dev.whence.store.Study;
import dev.whence.store.StudyLock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The models that a learner trained on changed training sets: folder {@code
 * interventions/LEARNER/}, with {@code whole/}, the models of the whole of S and their logits, and
 * {@code sets/}, the models of every other {@link Intervention}.
 *
 * <p>A model is found by what it was trained on: the digest of its intervention, and its number
 * among the models of this intervention. So no model is trained twice, whoever asks for it, and 20
 * models become 50 by training 30. {@code sets/runs.json} says which models each chunk has; a chunk
 * that was in flight when a process died has no ledger entry, and its place is given to others.
 *
 * <p>Not safe for use by several threads.
 */
@Api
public final class Interventions {

  private static final String RUNS = "runs.json";

  /** Models of one intervention that are wanted. */
  public record Wanted(Intervention change, int models) {}

  /**
   * Models of one intervention side by side in a chunk.
   *
   * @param id digest of the intervention
   * @param first number of the first model
   * @param count number of models
   */
  private record Stretch(String id, int first, int count) {}

  /**
   * What {@code sets/} has.
   *
   * @param chunks models of each chunk, in the order of its rows
   * @param relabelled relabelled examples of the interventions that have some, by their digest
   */
  private record Listing(
      List<List<Stretch>> chunks,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, Relabelling> relabelled) {}

  /** Where a model's outputs are. */
  private record Place(int chunk, int row) {}

  private final Study study;
  private final Manifest manifest;
  private final Split data;
  private final String part;
  private final Path folder;
  private final int[] unitOfTarget;
  private List<List<Stretch>> chunks = new ArrayList<>();
  private Map<String, Relabelling> relabelled = new HashMap<>();
  private final Map<String, List<Place>> models = new HashMap<>();
  private int cachedChunk = -1;
  private String cachedOutput = "";
  private float[] cached = new float[0];
  private @Nullable String wholeName;
  private float[] wholeValues = new float[0];

  private Interventions(Study study, Manifest manifest) throws IOException {
    this.study = study;
    this.manifest = manifest;
    Manifest.LearnerSpec learner = manifest.trained().learner(); // refuses imported runs
    data = study.data();
    byte[] config = Json.text(learner.config()).getBytes(StandardCharsets.UTF_8);
    part = "interventions/%s-%s".formatted(learner.name(), Digest.of(config).hex(8));
    folder = study.folder().resolve(part);
    unitOfTarget = Targets.of(study).units();
    read();
  }

  /** Opens the models of the study's own learner. */
  public static Interventions of(Study study) throws IOException {
    return new Interventions(study, study.manifest());
  }

  /** Opens the models of another learner, trained on the same data. */
  public static Interventions of(Study study, Manifest.LearnerSpec learner) throws IOException {
    return new Interventions(study, study.manifest().withLearner(learner));
  }

  /** Returns the study's dataset. */
  public Split data() {
    return data;
  }

  /** Returns for each target the unit of S that it belongs to, or −1. */
  public int[] unitOfTarget() {
    return unitOfTarget;
  }

  /** Returns the class of each target; the labels must be classes. */
  public int[] labelsOfTargets() {
    return Targets.sets(data, manifest.trained().data().trainTargets()).stream()
        .flatMapToInt(set -> IntStream.of(((Labels.Classes) set.labels()).values()))
        .toArray();
  }

  private Path sets() {
    return folder.resolve("sets");
  }

  private Path whole() {
    return folder.resolve("whole");
  }

  /** Reads which models there are. */
  private void read() throws IOException {
    chunks = new ArrayList<>();
    models.clear();
    Path file = sets().resolve(RUNS);
    if (!Files.exists(file)) {
      return;
    }
    Listing listing = Json.read(file, Listing.class);
    chunks.addAll(listing.chunks());
    relabelled = new HashMap<>(listing.relabelled() == null ? Map.of() : listing.relabelled());
    RunStore store = RunStore.open(sets(), List.of());
    for (int c = 0; c < chunks.size(); c++) {
      int size = chunks.get(c).stream().mapToInt(Stretch::count).sum();
      if (c >= store.chunks() || size == 0 || store.doneRows(c) != size) {
        chunks.set(c, List.of()); // was in flight when a process died
      } else {
        place(c);
      }
    }
  }

  private void place(int chunk) {
    int row = 0;
    for (Stretch stretch : chunks.get(chunk)) {
      List<Place> places = models.computeIfAbsent(stretch.id, _ -> new ArrayList<>());
      for (int i = 0; i < stretch.count; i++) {
        while (places.size() <= stretch.first + i) {
          places.add(new Place(-1, -1));
        }
        places.set(stretch.first + i, new Place(chunk, row++));
      }
    }
  }

  /** Returns how many models of an intervention there are, from the first without a gap. */
  public int models(Intervention change) throws IOException {
    if (change.isNone()) {
      return RunStore.exists(whole()) ? RunStore.open(whole(), List.of()).doneRuns() : 0;
    }
    List<Place> places = models.getOrDefault(change.id(), List.of());
    int done = 0;
    while (done < places.size() && places.get(done).chunk >= 0) {
      done++;
    }
    return done;
  }

  /** Returns how many models {@link #train} would train. */
  public int missing(List<Wanted> wanted) throws IOException {
    int missing = 0;
    Map<String, Integer> counted = new HashMap<>();
    for (Wanted one : wanted) {
      int had = counted.getOrDefault(one.change.id(), models(one.change));
      missing += Math.max(0, one.models - had);
      counted.put(one.change.id(), Math.max(had, one.models));
    }
    return missing;
  }

  /**
   * Trains the models that are missing.
   *
   * @param purpose what the folder is locked for, such as "whence whatif"
   */
  public void train(List<Wanted> wanted, Executor executor, Progress progress, String purpose)
      throws IOException {
    if (missing(wanted) == 0) {
      return;
    }
    try (StudyLock _ = study.lock(part, purpose, folder)) {
      read(); // another process may have trained some since
      Study.writeGroup(study.folder().resolve("interventions"));
      Study.writeGroup(folder);
      Json.write(folder.resolve("learner.json"), manifest.trained().learner());
      int controls =
          wanted.stream().filter(w -> w.change.isNone()).mapToInt(Wanted::models).max().orElse(0);
      if (controls > models(Intervention.NONE)) {
        RunTable table = table(whole(), new RunPlan.Whole(manifest.seed()), wholeOutputs());
        long before = RunStore.exists(whole()) ? RunStore.open(whole(), List.of()).runs() : 0;
        table.check(controls, controls - before);
        table.fill(Math.max(controls, before), executor, "training on the whole of S", progress);
      }
      trainSets(wanted, executor, progress);
    }
  }

  private void trainSets(List<Wanted> wanted, Executor executor, Progress progress)
      throws IOException {
    Dataset train = data.train();
    Design design = recipe(new RunPlan.Listed(List.of()), manifest.outputs()).design(train);
    List<RunSpec> runs = new ArrayList<>();
    List<Stretch> stretches = new ArrayList<>();
    Map<String, Integer> have = new HashMap<>();
    for (Wanted one : wanted) {
      String id = one.change.id();
      int from = have.getOrDefault(id, models(one.change));
      if (one.change.isNone() || from >= one.models) {
        continue;
      }
      requireUnits(one.change);
      have.put(id, one.models);
      stretches.add(new Stretch(id, from, one.models - from));
      if (!one.change.relabelled().isEmpty()) {
        relabelled.put(id, one.change.relabelled());
      }
      for (int i = from; i < one.models; i++) {
        runs.add(one.change.run(manifest.seed(), design, i));
      }
    }
    if (runs.isEmpty()) {
      return;
    }
    RunTable table = table(sets(), new RunPlan.Listed(runs), manifest.outputs());
    table.check(runs.size(), runs.size());
    List<Executor.Chunk> pieces = new ArrayList<>();
    for (int first = 0; first < runs.size(); first += manifest.chunkRows()) {
      pieces.add(new Executor.Chunk(first, Math.min(manifest.chunkRows(), runs.size() - first)));
    }
    int[] into = assign(pieces, stretches);
    RunStore store =
        RunStore.create(
            sets(),
            (long) chunks.size() * manifest.chunkRows(),
            manifest.units(),
            table.job().recipe().shapes(train.labels()),
            manifest.chunkRows());
    Json.write(sets().resolve(RUNS), new Listing(chunks, relabelled));
    try (Progress.Task task = progress.start("retraining", runs.size(), "models")) {
      table.fill(store, pieces, into, executor, task);
    } finally {
      read();
    }
  }

  /** Gives each piece a chunk that no finished run is in; returns the chunks. */
  private int[] assign(List<Executor.Chunk> pieces, List<Stretch> stretches) {
    int[] into = new int[pieces.size()];
    int free = 0;
    int at = 0;
    int used = 0;
    for (int p = 0; p < into.length; p++) {
      while (free < chunks.size() && !chunks.get(free).isEmpty()) {
        free++;
      }
      List<Stretch> content = new ArrayList<>();
      for (int left = pieces.get(p).runs(); left > 0; ) {
        Stretch stretch = stretches.get(at);
        int count = Math.min(left, stretch.count - used);
        content.add(new Stretch(stretch.id, stretch.first + used, count));
        left -= count;
        used += count;
        if (used == stretch.count) {
          at++;
          used = 0;
        }
      }
      if (free == chunks.size()) {
        chunks.add(content);
      } else {
        chunks.set(free, content);
      }
      into[p] = free;
    }
    return into;
  }

  private void requireUnits(Intervention change) {
    int left = manifest.units() - change.removed().length;
    if (left < 1) {
      throw BadInputException.at("intervention", "units left to train on", "all taken out");
    }
  }

  private RunTable table(Path where, RunPlan plan, List<String> outputs) {
    return new RunTable(where, new Job(recipe(plan, outputs), data, Workplace.of(study.folder())));
  }

  private RunRecipe recipe(RunPlan plan, List<String> outputs) {
    return new RunRecipe(manifest.withOutputs(outputs), plan);
  }

  /**
   * Returns an output of the first models of the whole of S on all targets, [count, n].
   *
   * @param output name of an output that is one number a target
   */
  public float[] outputsOfWhole(String output, int count) throws IOException {
    return Arrays.copyOf(wholeValues(output, count), count * manifest.targets());
  }

  /** Returns the outputs that are kept of models of the whole of S: logits, where there are any. */
  private List<String> wholeOutputs() {
    RunRecipe recipe = recipe(new RunPlan.Listed(List.of()), manifest.outputs());
    Labels labels = data.train().labels();
    List<String> outputs = new ArrayList<>(manifest.outputs());
    boolean logits =
        Output.suitable(recipe.learner(), labels).contains(Output.LOGITS)
            && !outputs.contains(Output.LOGITS.label());
    if (logits) {
      outputs.add(Output.LOGITS.label());
    }
    return outputs;
  }

  /**
   * Returns an output of models of an intervention on one target.
   *
   * @param from number of the first model
   * @param count number of models
   * @param output name of an output that is one number a target
   */
  public double[] outputs(Intervention change, int from, int count, String output, int target)
      throws IOException {
    double[] values = new double[count];
    int n = manifest.targets();
    if (change.isNone()) {
      float[] all = wholeValues(output, from + count);
      for (int i = 0; i < count; i++) {
        values[i] = all[(from + i) * n + target];
      }
      return values;
    }
    List<Place> places = Objects.requireNonNull(models.get(change.id()));
    RunStore store = RunStore.open(sets(), List.of(output));
    for (int i = 0; i < count; i++) {
      Place place = places.get(from + i);
      if (place.chunk != cachedChunk || !output.equals(cachedOutput)) {
        RunStore.OutputChunk chunk = store.outputsOf(output, place.chunk);
        int rows = store.doneRows(place.chunk);
        cached = new float[rows * n];
        for (int r = 0; r < rows; r++) {
          chunk.copy(r, 0, n, cached, r * n);
        }
        cachedChunk = place.chunk;
        cachedOutput = output;
      }
      values[i] = cached[place.row * n + target];
    }
    return values;
  }

  private float[] wholeValues(String output, int count) throws IOException {
    if (!output.equals(wholeName) || wholeValues.length < count * manifest.targets()) {
      wholeValues = RunStore.open(whole(), List.of(output)).outputs(output, count);
      wholeName = output;
    }
    return wholeValues;
  }

  /**
   * Returns the mean logits of the models of the whole of S, [n, classes]: of the first {@code
   * count} models.
   */
  public double[][] meanLogits(int count, int classes) throws IOException {
    String logits = Output.LOGITS.label();
    float[] all = RunStore.open(whole(), List.of(logits)).outputs(logits, count);
    double[][] mean = new double[manifest.targets()][classes];
    for (int i = 0; i < all.length; i++) {
      int within = i % (mean.length * classes);
      mean[within / classes][within % classes] += all[i] / (double) count;
    }
    return mean;
  }
}
