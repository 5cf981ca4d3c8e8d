package dev.whence.pool;

import dev.whence.base.BadInputException;
import dev.whence.data.Labels;
import dev.whence.learn.Learner;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What is recorded of a model on a target (Ilyas et al. 2022, §2(c) and App. C), from its logits z
 * and the label y.
 */
public enum Output {
  /** z_y minus the highest other logit (eq. 7). */
  MARGIN(true) {
    @Override
    void slope(float[] z, int from, int y, float[] gradient) {
      int other = y == 0 ? 1 : 0;
      for (int c = 0; c < gradient.length; c++) {
        other = c != y && z[from + c] > z[from + other] ? c : other;
      }
      Arrays.fill(gradient, 0);
      gradient[y] = 1;
      gradient[other] = -1;
    }

    @Override
    float of(float[] z, int from, int classes, int y) {
      float other = Float.NEGATIVE_INFINITY;
      for (int c = 0; c < classes; c++) {
        if (c != y) {
          other = Math.max(other, z[from + c]);
        }
      }
      return z[from + y] - other;
    }
  },
  /** z_y − logsumexp of the other logits: the log-odds of the label's probability. */
  LOG_ODDS_MARGIN(true) {
    @Override
    void slope(float[] z, int from, int y, float[] gradient) {
      double[] p = softmax(z, from, gradient.length, y);
      for (int c = 0; c < p.length; c++) {
        gradient[c] = (float) ((c == y ? 1 : 0) - p[c]);
      }
    }

    @Override
    float of(float[] z, int from, int classes, int y) {
      return (float) (z[from + y] - logSumExp(z, from, classes, y));
    }
  },
  /** 1 where the label has the highest logit, else 0. */
  CORRECTNESS(true) {
    @Override
    public boolean differentiable() {
      return false;
    }

    @Override
    float of(float[] z, int from, int classes, int y) {
      return MARGIN.of(z, from, classes, y) > 0 ? 1f : 0f;
    }
  },
  /** The label's probability. */
  CONFIDENCE(true) {
    @Override
    void slope(float[] z, int from, int y, float[] gradient) {
      double[] p = softmax(z, from, gradient.length, -1);
      for (int c = 0; c < p.length; c++) {
        gradient[c] = (float) (p[y] * ((c == y ? 1 : 0) - p[c]));
      }
    }

    @Override
    float of(float[] z, int from, int classes, int y) {
      return (float) StrictMath.exp(z[from + y] - logSumExp(z, from, classes, -1));
    }
  },
  /** −log of the label's probability. */
  CROSS_ENTROPY(true) {
    @Override
    void slope(float[] z, int from, int y, float[] gradient) {
      double[] p = softmax(z, from, gradient.length, -1);
      for (int c = 0; c < p.length; c++) {
        gradient[c] = (float) (p[c] - (c == y ? 1 : 0));
      }
    }

    @Override
    float of(float[] z, int from, int classes, int y) {
      return (float) (logSumExp(z, from, classes, -1) - z[from + y]);
    }
  },
  /**
   * Squared distance from the probabilities to the label's one-hot vector; in regression (z − y)².
   */
  SQUARED_ERROR(true) {
    @Override
    void slope(float[] z, int from, int y, float[] gradient) {
      double[] p = softmax(z, from, gradient.length, -1);
      double expected = 0;
      for (int c = 0; c < p.length; c++) {
        expected += p[c] * (p[c] - (c == y ? 1 : 0));
      }
      for (int c = 0; c < p.length; c++) {
        gradient[c] = (float) (2 * p[c] * (p[c] - (c == y ? 1 : 0) - expected));
      }
    }

    @Override
    float realSlope(float z, float y) {
      return 2 * (z - y);
    }

    @Override
    float of(float[] z, int from, int classes, int y) {
      double normalizer = logSumExp(z, from, classes, -1);
      double sum = 0;
      for (int c = 0; c < classes; c++) {
        double difference = StrictMath.exp(z[from + c] - normalizer) - (c == y ? 1 : 0);
        sum += difference * difference;
      }
      return (float) sum;
    }

    @Override
    float ofReal(float z, float y) {
      return (z - y) * (z - y);
    }
  },
  /** The number that a model gives: in regression, and of learners that give no logits. */
  PREDICTION(false) {
    @Override
    float realSlope(float z, float y) {
      return 1;
    }

    @Override
    float of(float[] z, int from, int classes, int y) {
      return z[from];
    }

    @Override
    float ofReal(float z, float y) {
      return z;
    }
  },
  /** All logits, one array [m, n, classes]. */
  LOGITS(true) {
    @Override
    public boolean differentiable() {
      return false;
    }

    @Override
    float of(float[] z, int from, int classes, int y) {
      throw new UnsupportedOperationException("logits are copied whole");
    }
  };

  private final boolean ofClasses;

  Output(boolean ofClasses) {
    this.ofClasses = ofClasses;
  }

  /** Returns the output of one target with a class label. */
  abstract float of(float[] z, int from, int classes, int y);

  /** Returns the output of one target with a real label. */
  float ofReal(float z, float y) {
    throw new UnsupportedOperationException(label() + " needs classes");
  }

  /**
   * Writes the derivative of {@link #of} by each logit into {@code gradient}, [classes].
   *
   * @param y the label
   */
  void slope(float[] z, int from, int y, float[] gradient) {
    throw new UnsupportedOperationException(label() + " has no derivative by logits");
  }

  /** Returns the derivative of {@link #ofReal} by z. */
  float realSlope(float z, float y) {
    throw new UnsupportedOperationException(label() + " has no derivative");
  }

  /** Returns whether it is one number with a derivative. */
  public boolean differentiable() {
    return true;
  }

  /** Returns the name in configurations, manifests and of the array. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns what can be recorded of models with these labels, what is by default first. */
  static List<Output> suitable(Learner learner, Labels labels) {
    if (learner.scalar()) {
      return List.of(PREDICTION);
    }
    return suitable(labels);
  }

  /** Returns what can be computed from models' logits, or predictions, with these labels. */
  static List<Output> suitable(Labels labels) {
    return labels instanceof Labels.Classes
        ? Arrays.stream(values()).filter(o -> o.ofClasses).toList()
        : List.of(PREDICTION, SQUARED_ERROR);
  }

  /** Returns the outputs with the given names, refused where they are not suitable. */
  static List<Output> parse(List<String> names, List<Output> suitable) {
    return names.stream()
        .distinct()
        .map(
            name ->
                suitable.stream()
                    .filter(o -> o.label().equals(name))
                    .findFirst()
                    .orElseThrow(
                        () ->
                            BadInputException.at(
                                "outputs",
                                "some of " + suitable.stream().map(Output::label).toList(),
                                name)))
        .toList();
  }

  /** Returns the softmax p over all classes but {@code without}, whose share is 0. */
  private static double[] softmax(float[] z, int from, int classes, int without) {
    double[] p = new double[classes];
    double normalizer = logSumExp(z, from, classes, without);
    for (int c = 0; c < classes; c++) {
      p[c] = c == without ? 0 : StrictMath.exp(z[from + c] - normalizer);
    }
    return p;
  }

  private static double logSumExp(float[] z, int from, int classes, int without) {
    double max = Double.NEGATIVE_INFINITY;
    for (int c = 0; c < classes; c++) {
      if (c != without) {
        max = Math.max(max, z[from + c]);
      }
    }
    double sum = 0;
    for (int c = 0; c < classes; c++) {
      if (c != without) {
        sum += StrictMath.exp(z[from + c] - max);
      }
    }
    return max + StrictMath.log(sum);
  }
}
