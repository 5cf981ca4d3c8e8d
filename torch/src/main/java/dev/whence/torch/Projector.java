package dev.whence.torch;

import dev.whence.base.Key;
import dev.whence.base.Purpose;
import dev.whence.learn.GradientProjection;
import dev.whence.learn.GradientProjection.Kind;
import dev.whence.torch.architecture.Parameter;
import dev.whence.torch.architecture.Parameters;
import dev.whence.torch.architecture.Site;
import dev.whence.torch.architecture.Tape;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.commons.rng.UniformRandomProvider;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * Turns what a pass recorded into each example's projected gradient.
 *
 * <p>The matrices of a projection are functions of its seed alone and are made again for each
 * minibatch in blocks of {@value #BLOCK} parameters at most, so that none is ever held whole.
 */
final class Projector {

  private static final int BLOCK = 1 << 13;

  /** Entries of the largest block of a matrix. */
  private static final int ENTRIES = 1 << 24;

  private final GradientProjection projection;
  private final Parameters parameters;
  private final int size;
  private final boolean complete;

  /**
   * @param trial recorded from a pass of one example, without a backward pass
   */
  Projector(GradientProjection projection, Parameters parameters, Tape trial) {
    this.projection = projection;
    this.parameters = parameters;
    List<Tape.Use> uses = uses(trial);
    Set<Parameter> used = new HashSet<>();
    uses.forEach(use -> used.addAll(use.site().parameters()));
    complete =
        projection.lastLayer()
            || projection.kind() == Kind.FACTORED
            || used.size() == parameters.list().size();
    size =
        switch (projection.kind()) {
          case NONE -> Math.toIntExact(length(uses));
          case DENSE -> projection.dimensions();
          case FACTORED ->
              Math.toIntExact(factored(uses, 1).stream().mapToLong(p -> p.size(1)).sum());
        };
  }

  /** Returns the number of values of a projected gradient. */
  int size() {
    return size;
  }

  /** Returns whether every parameter that counts is used in a way that tells examples apart. */
  boolean complete() {
    return complete;
  }

  private List<Tape.Use> uses(Tape tape) {
    return projection.lastLayer() ? List.of(tape.uses().getLast()) : tape.uses();
  }

  /** Returns the number of parameters that count. */
  private long length(List<Tape.Use> uses) {
    return projection.lastLayer()
        ? uses.getFirst().site().parameters().stream().mapToLong(Parameter::size).sum()
        : parameters.size();
  }

  /**
   * Returns the gradients of the {@code n} examples of a pass, after its backward pass: [n, size].
   */
  Tensor apply(Tape tape, int n) {
    List<Tape.Use> uses = uses(tape);
    return switch (projection.kind()) {
      case NONE -> whole(uses, n);
      case DENSE -> dense(whole(uses, n));
      case FACTORED -> torch.cat(new TensorVector(factored(uses, n).toArray(Tensor[]::new)), 1);
    };
  }

  /** Returns one example's gradient, of a pass of that example alone: [1, size]. */
  Tensor alone() {
    Tensor gradient = parameters.gradients().unsqueeze(0);
    return projection.kind() == Kind.NONE ? gradient.clone() : dense(gradient);
  }

  private Tensor whole(List<Tape.Use> uses, int n) {
    long start = projection.lastLayer() ? offset(uses.getFirst().site()) : 0;
    Tensor gradients = torch.zeros(new long[] {n, length(uses)}, parameters.options());
    for (Tape.Use use : uses) {
      Tensor part = use.site().gradients(use.input(), delta(use));
      gradients.narrow(1, offset(use.site()) - start, part.size(1)).copy_(part);
    }
    return gradients;
  }

  private long offset(Site site) {
    return parameters.offset(site.parameters().getFirst());
  }

  private static Tensor delta(Tape.Use use) {
    return use.output().grad();
  }

  private Tensor dense(Tensor gradients) {
    int k = projection.dimensions();
    Tensor sum = torch.zeros(new long[] {gradients.size(0), k}, parameters.options());
    int length = Math.min(BLOCK, Math.max(1, ENTRIES / k));
    for (long from = 0; from < gradients.size(1); from += length) {
      int rows = Math.toIntExact(Math.min(length, gradients.size(1) - from));
      Tensor block = gradients.narrow(1, from, rows);
      sum.add_(block.matmul(signs(rows, k, from / length)));
    }
    return sum;
  }

  /** Returns each matrix of weights' [n, side²]; zeros, where there was no backward pass. */
  private List<Tensor> factored(List<Tape.Use> uses, int n) {
    int side = projection.side();
    List<Tensor> parts = new ArrayList<>();
    for (int u = 0; u < uses.size(); u++) {
      Tape.Use use = uses.get(u);
      Tensor delta = delta(use);
      Tensor known = delta.defined() ? delta : torch.zeros_like(use.output());
      Site.Factors factors = use.site().factors(use.input(), known);
      if (factors != null) {
        Tensor out = project(ofExamples(factors.outputs(), n), side, 2L * u);
        Tensor in = project(ofExamples(factors.inputs(), n), side, 2L * u + 1);
        parts.add(out.transpose(1, 2).bmm(in).reshape(n, -1));
      }
    }
    return parts;
  }

  /** Windows of a map are positions of its example too: [n, positions, width]. */
  private static Tensor ofExamples(Tensor factor, int n) {
    return factor.reshape(n, -1, factor.size(2));
  }

  private Tensor project(Tensor factor, int side, long index) {
    int width = Math.toIntExact(factor.size(2));
    return factor.matmul(signs(width, side, (1L << 40) + index));
  }

  /** Returns a matrix of ±1/√columns. */
  private Tensor signs(int rows, int columns, long index) {
    UniformRandomProvider random = new Key(projection.seed(), Purpose.PROJECTION, index).random();
    float[] signs = new float[Math.multiplyExact(rows, columns)];
    float scale = (float) (1 / Math.sqrt(columns));
    long bits = 0;
    for (int i = 0; i < signs.length; i++) {
      bits = i % 64 == 0 ? random.nextLong() : bits >>> 1;
      signs[i] = (bits & 1) == 0 ? scale : -scale;
    }
    return Tensor.create(signs, rows, columns)
        .to(parameters.values().device(), torch.ScalarType.Float);
  }
}
