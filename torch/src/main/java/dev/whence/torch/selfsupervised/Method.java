package dev.whence.torch.selfsupervised;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** How two views of the same pictures make a loss; used by one thread. */
sealed interface Method {

  /** Returns the loss of a minibatch, given two views of it. */
  Tensor loss(Tensor first, Tensor second);

  /** Returns whether there is a teacher that follows the student. */
  static boolean hasTeacher(SelfSupervisedConfig config) {
    return !"simclr".equals(config.method());
  }

  /** Returns whether the student has a predictor. */
  static boolean predicts(SelfSupervisedConfig config) {
    return "byol".equals(config.method());
  }

  /** Makes the method; {@code teacher} is the student itself where there is none. */
  static Method of(SelfSupervisedConfig config, Branch student, Branch teacher) {
    double temperature = config.temperature();
    return switch (config.method()) {
      case "moco" -> new Moco(student, teacher, temperature, config.queue(), config.values());
      case "byol" -> new Byol(student, teacher);
      case "dino" -> new Dino(student, teacher, temperature, config.values());
      default -> new SimClr(student, temperature);
    };
  }

  /** Chen et al. 2020. */
  record SimClr(Branch student, double temperature) implements Method {
    @Override
    public Tensor loss(Tensor first, Tensor second) {
      Tensor a = Losses.normalized(student.project(first));
      Tensor b = Losses.normalized(student.project(second));
      return Losses.ntXent(a, b, temperature);
    }
  }

  /** Grill et al. 2020. */
  record Byol(Branch student, Branch teacher) implements Method {
    @Override
    public Tensor loss(Tensor first, Tensor second) {
      return half(first, second).add(half(second, first));
    }

    private Tensor half(Tensor seen, Tensor other) {
      Tensor prediction = student.predict(student.project(seen));
      return Losses.regression(
          Losses.normalized(prediction), Losses.normalized(quietly(teacher, other)));
    }
  }

  /** He et al. 2020, with the projector of its second version. */
  final class Moco implements Method {
    private final Branch student;
    private final Branch teacher;
    private final double temperature;
    private final Tensor queue;
    private long next;
    private long filled;

    Moco(Branch student, Branch teacher, double temperature, int length, int values) {
      this.student = student;
      this.teacher = teacher;
      this.temperature = temperature;
      queue = torch.zeros(new long[] {length, values}, student.parameters.options());
    }

    @Override
    public Tensor loss(Tensor first, Tensor second) {
      Tensor query = Losses.normalized(student.project(first));
      Tensor key = Losses.normalized(quietly(teacher, second));
      // While the queue is short the minibatch's own keys are the others.
      Tensor others = filled == 0 ? key : queue.narrow(0, 0, filled).clone();
      Tensor loss = Losses.infoNce(query, key, others, temperature);
      enqueue(key);
      return loss;
    }

    private void enqueue(Tensor keys) {
      try (PointerScope scope = new PointerScope();
          NoGradGuard guard = new NoGradGuard()) {
        for (long from = 0; from < keys.size(0); ) {
          long count = Math.min(keys.size(0) - from, queue.size(0) - next);
          queue.narrow(0, next, count).copy_(keys.narrow(0, from, count));
          from += count;
          next = (next + count) % queue.size(0);
          filled = Math.min(filled + count, queue.size(0));
        }
      }
    }
  }

  /** Caron et al. 2021, with two views. */
  final class Dino implements Method {
    private static final double SHARP = 0.04;
    private static final double CENTER_STAYS = 0.9;

    private final Branch student;
    private final Branch teacher;
    private final double temperature;
    private final Tensor center;

    Dino(Branch student, Branch teacher, double temperature, int values) {
      this.student = student;
      this.teacher = teacher;
      this.temperature = temperature;
      center = torch.zeros(new long[] {values}, student.parameters.options());
    }

    @Override
    public Tensor loss(Tensor first, Tensor second) {
      Tensor a = quietly(teacher, first);
      Tensor b = quietly(teacher, second);
      Tensor loss =
          Losses.distillation(student.project(first), b, center, temperature, SHARP)
              .add(Losses.distillation(student.project(second), a, center, temperature, SHARP));
      recenter(a, b);
      return loss;
    }

    private void recenter(Tensor a, Tensor b) {
      try (PointerScope scope = new PointerScope();
          NoGradGuard guard = new NoGradGuard()) {
        Tensor mean =
            a.add(b).mean(new long[] {0}, false, new org.bytedeco.pytorch.ScalarTypeOptional());
        center.lerp_(mean.mul(new Scalar(0.5)), new Scalar(1 - CENTER_STAYS));
      }
    }
  }

  private static Tensor quietly(Branch teacher, Tensor pictures) {
    try (NoGradGuard guard = new NoGradGuard()) {
      return teacher.project(pictures);
    }
  }
}
