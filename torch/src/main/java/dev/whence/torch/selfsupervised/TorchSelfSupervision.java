package dev.whence.torch.selfsupervised;

import dev.whence.data.BadInputException;
import dev.whence.data.Features;
import dev.whence.design.Key;
import dev.whence.design.Purpose;
import dev.whence.learn.ImageShape;
import dev.whence.learn.Schedule;
import dev.whence.learn.SelfSupervision;
import dev.whence.learn.Standardizer;
import dev.whence.store.Json;
import dev.whence.store.Progress;
import dev.whence.torch.Minibatch;
import dev.whence.torch.Native;
import dev.whence.torch.Sgd;
import dev.whence.torch.architecture.Architecture;
import dev.whence.torch.architecture.Parameters;
import dev.whence.torch.architecture.Pictures;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ObjectNode;

/** Trains encoders by SimCLR, MoCo, BYOL or DINO, by SGD with a triangular learning rate. */
public final class TorchSelfSupervision implements SelfSupervision {

  private static final double PEAK = 0.1;
  private static final double MOMENTUM = 0.9;

  @Override
  public List<float[]> embed(
      Features train, List<Features> sets, ObjectNode config, Progress progress) {
    SelfSupervisedConfig complete = read(config).complete();
    Native.oneThread();
    ImageShape image = ImageShape.of(train);
    Standardizer standardizer = Standardizer.ofPictures(train, image);
    Pictures pictures = new Pictures(image.channels(), image.height(), image.width(), 2);
    int batch = Math.min(Objects.requireNonNull(complete.batch()), train.rows());
    try (PointerScope scope = new PointerScope();
        Minibatch first = minibatch(complete, image, batch);
        Minibatch second = minibatch(complete, image, batch)) {
      long seed = Objects.requireNonNull(complete.seed());
      UniformRandomProvider random = new Key(seed, Purpose.SELF_SUPERVISION, 0).random();
      long width = width(complete, pictures, image, random);
      Branch student = new Branch(complete, pictures, width, Method.predicts(complete), random);
      Branch teacher =
          Method.hasTeacher(complete)
              ? new Branch(complete, pictures, width, false, random)
              : student;
      if (teacher != student) {
        teacher.follow(student, 0);
      }
      Method method = Method.of(complete, student, teacher);
      Views views = new Views(image, Objects.requireNonNull(complete.least()));
      float[] x = image.channelsLast(standardizer.apply(train), 0);
      try (Progress.Task task =
          progress.start("training " + complete.method(), steps(complete, train.rows()), "steps")) {
        new Steps(complete, student, method, views, x, first, second, random).run(task);
      }
      List<float[]> embeddings = new ArrayList<>();
      for (Features set : sets) {
        float[] values = set == train ? x : image.channelsLast(standardizer.apply(set), 0);
        embeddings.add(represent(student, first, values, set.rows(), batch));
      }
      return embeddings;
    }
  }

  private static SelfSupervisedConfig read(ObjectNode config) {
    try {
      return Json.mapper().treeToValue(config, SelfSupervisedConfig.class);
    } catch (JacksonException e) {
      if (e.getCause() instanceof BadInputException refused) {
        throw refused;
      }
      throw BadInputException.at("self-supervision", "its settings", e.getOriginalMessage());
    }
  }

  private static Minibatch minibatch(SelfSupervisedConfig config, ImageShape image, int batch) {
    return new Minibatch(image, batch, Parameters.device(Objects.requireNonNull(config.device())));
  }

  /** Returns the width of an encoder's representation, found by trying one. */
  private static long width(
      SelfSupervisedConfig config,
      Pictures pictures,
      ImageShape image,
      UniformRandomProvider random) {
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard();
        Minibatch one = minibatch(config, image, 1)) {
      Parameters trial = new Parameters(Parameters.device(Objects.requireNonNull(config.device())));
      var encoder =
          Architecture.of(Objects.requireNonNull(config.architecture())).build(trial, pictures);
      trial.initialize(random);
      return encoder.features(one.fill(new float[image.size()], 0, 1, false), false).size(1);
    }
  }

  private static long steps(SelfSupervisedConfig config, int rows) {
    int batch = Math.min(Objects.requireNonNull(config.batch()), rows);
    return (long) (rows / batch) * Objects.requireNonNull(config.epochs());
  }

  private static float[] represent(
      Branch student, Minibatch minibatch, float[] x, int rows, int batch) {
    float[] values = new float[0];
    int at = 0;
    for (int from = 0; from < rows; from += batch) {
      int count = Math.min(batch, rows - from);
      try (PointerScope scope = new PointerScope();
          NoGradGuard guard = new NoGradGuard()) {
        Tensor z =
            student.represent(minibatch.fill(x, from, count, false), false).contiguous().cpu();
        if (at == 0) {
          values = new float[Math.multiplyExact(rows, Math.toIntExact(z.size(1)))];
        }
        int length = Math.toIntExact(z.numel());
        new FloatPointer(z.data_ptr()).get(values, at, length);
        at += length;
      }
    }
    return values;
  }

  /** The training itself. */
  private record Steps(
      SelfSupervisedConfig config,
      Branch student,
      Method method,
      Views views,
      float[] x,
      Minibatch first,
      Minibatch second,
      UniformRandomProvider random) {

    void run(Progress.Task task) {
      int rows = x.length / views.image().size();
      int batch = Math.min(Objects.requireNonNull(config.batch()), rows);
      long steps = steps(config, rows);
      Schedule schedule = new Schedule(Objects.requireNonNull(config.learningRate()), PEAK, steps);
      Sgd sgd = new Sgd(student.parameters, MOMENTUM, Objects.requireNonNull(config.weightDecay()));
      int[] order = IntStream.range(0, rows).toArray();
      int from = rows;
      for (long step = 0; step < steps; step++, from += batch) {
        if (from + batch > rows) {
          Key.shuffle(order, rows, random);
          from = 0;
        }
        try (PointerScope scope = new PointerScope()) {
          Tensor a = first.fill(x, order, from, batch, views::draw, random);
          Tensor b = second.fill(x, order, from, batch, views::draw, random);
          method.loss(a, b).backward();
          sgd.step(schedule.at(step));
          method.stepped();
        }
        task.step(1);
      }
    }
  }
}
