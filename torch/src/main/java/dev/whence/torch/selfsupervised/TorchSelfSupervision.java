package dev.whence.torch.selfsupervised;

import dev.whence.base.Key;
import dev.whence.base.Progress;
import dev.whence.base.Purpose;
import dev.whence.data.Features;
import dev.whence.learn.Hyperparameters;
import dev.whence.learn.ImageShape;
import dev.whence.learn.Schedule;
import dev.whence.learn.SelfSupervision;
import dev.whence.learn.Standardizer;
import dev.whence.torch.Minibatch;
import dev.whence.torch.Native;
import dev.whence.torch.Sgd;
import dev.whence.torch.architecture.Architecture;
import dev.whence.torch.architecture.Parameters;
import dev.whence.torch.architecture.Pictures;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import tools.jackson.databind.node.ObjectNode;

/** Trains encoders by SimCLR, MoCo, BYOL or DINO, by SGD with a triangular learning rate. */
public final class TorchSelfSupervision implements SelfSupervision {

  private static final double PEAK = 0.1;
  private static final double MOMENTUM = 0.9;

  @Override
  public List<float[]> embed(
      Features train, List<Features> sets, ObjectNode config, Progress progress) {
    SelfSupervisedConfig complete =
        Hyperparameters.read("self-supervision", config, SelfSupervisedConfig.defaults(config));
    Native.oneThread();
    ImageShape image = ImageShape.of(train);
    Standardizer standardizer = Standardizer.ofPictures(train, image);
    Pictures pictures = new Pictures(image.channels(), image.height(), image.width(), 2);
    int batch = Math.min(complete.batch(), train.rows());
    long steps = (long) (train.rows() / batch) * complete.epochs();
    try (PointerScope scope = new PointerScope();
        Minibatch first = minibatch(complete, image, batch);
        Minibatch second = minibatch(complete, image, batch)) {
      long seed = complete.seed();
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
      Views views = new Views(image, complete.least());
      float[] x = image.channelsLast(standardizer.apply(train), 0);
      try (Progress.Task task = progress.start("training " + complete.method(), steps, "steps")) {
        new Steps(complete, student, teacher, views, x, first, second, random)
            .run(batch, steps, task);
      }
      List<float[]> embeddings = new ArrayList<>();
      for (Features set : sets) {
        float[] values = set == train ? x : image.channelsLast(standardizer.apply(set), 0);
        embeddings.add(first.apply(values, batch, p -> student.represent(p, false)));
      }
      return embeddings;
    }
  }

  private static Minibatch minibatch(SelfSupervisedConfig config, ImageShape image, int batch) {
    return new Minibatch(image, batch, Parameters.device(config.device()));
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
      Parameters trial = new Parameters(Parameters.device(config.device()));
      var encoder = Architecture.of(config.architecture()).build(trial, pictures);
      trial.initialize(random);
      return encoder.features(one.fill(new float[image.size()], 0, 1), false).size(1);
    }
  }

  /** The training itself. */
  private record Steps(
      SelfSupervisedConfig config,
      Branch student,
      Branch teacher,
      Views views,
      float[] x,
      Minibatch first,
      Minibatch second,
      UniformRandomProvider random) {

    void run(int batch, long steps, Progress.Task task) {
      int rows = x.length / views.image().size();
      Method method = Method.of(config, student, teacher);
      double stay = config.teacher();
      Schedule schedule = new Schedule(config.learningRate(), PEAK, steps);
      Sgd sgd = new Sgd(student.parameters, MOMENTUM, config.weightDecay());
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
          if (teacher != student) {
            teacher.follow(student, stay);
          }
        }
        task.step(1);
      }
    }
  }
}
