package dev.whence.app;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** A figure or table of the papers, as commands on one study that all of them share. */
enum Reproduction {
  FIGURE_5("Figures 5, 6, E.1, E.2, E.4: predicted and actual outputs, error by m, sparsity, λ") {
    @Override
    List<Step> steps(Setup s) {
      return List.of(s.report());
    }
  },
  FIGURE_7("Figures 7, F.2: CDFs of supports, found by training and predicted") {
    @Override
    List<Step> steps(Setup s) {
      return List.of(
          s.support(26),
          s.support(3, "--method", "predicted"),
          s.support(112, "--method", "guided"),
          s.support(20, "--scores", "near"),
          s.support(20, "--scores", "same-class"),
          s.support(12, "--scores", "random"),
          s.report());
    }
  },
  FIGURE_8(
      "Figures 8, F.1, F.4, F.5, F.7, F.8: predicted and measured changes of sets of all sizes") {
    @Override
    List<Step> steps(Setup s) {
      int most = Math.min(1280, s.units() / 5);
      String range = "10.." + Math.max(10, most);
      int sizes = (int) (Math.log(Math.max(10, most) / 10.0) / Math.log(2)) + 1;
      return List.of(
          s.counterfactuals(
              4 * sizes, "--sets", "top:%1$s,bottom:%1$s,random:%1$s,near:%1$s".formatted(range)),
          s.report());
    }
  },
  FIGURE_F3("Figure F.3: mislabelling supports") {
    @Override
    List<Step> steps(Setup s) {
      return List.of(s.support(17, "--relabel"), s.report());
    }
  },
  FIGURE_F6("Figure F.6: another learner on the same sets") {
    @Override
    List<Step> steps(Setup s) {
      String other = s.learner().equals("mlp") ? "softmax" : "mlp";
      return List.of(s.counterfactuals(7, "--learner", other));
    }
  },
  FIGURE_F9("Figure F.9: sets taken out of random subsets, not of the whole") {
    @Override
    List<Step> steps(Setup s) {
      return List.of(
          s.step(
              20L * s.targets(),
              s.alpha(),
              "whatif",
              s.study(),
              "--targets",
              s.sample(),
              "--remove",
              "top:" + Math.max(1, s.units() / 50),
              "--subsets",
              "--verify",
              "20"));
    }
  },
  TABLE_D3("Table D.3, Figures 10, E.1, E.4, F.10, F.11: accuracy, sparsity, agreement by α") {
    @Override
    List<Step> steps(Setup s) {
      List<Step> steps = new ArrayList<>();
      List<String> names = new ArrayList<>(List.of("datamodels"));
      double[] alphas = {0.1, 0.2, 0.75};
      double[] times = {5, 2.5, 2}; // the paper's Table 1, in pools at 0.5
      for (int i = 0; i < alphas.length; i++) {
        String name = String.format(Locale.ROOT, "a%02.0f", 100 * alphas[i]);
        long models = Math.round(times[i] * s.models());
        steps.add(
            s.step(
                models,
                alphas[i],
                "train",
                s.study(),
                "--pool",
                name,
                "--alpha",
                "" + alphas[i],
                "--models",
                "" + models));
        steps.add(s.step(0, 0, "fit", s.study(), "--pool", name, "--name", name));
        names.add(name);
      }
      steps.add(s.step(0, 0, "evaluate", s.study(), "--scores", String.join(",", names)));
      names.forEach(name -> steps.add(s.counterfactuals(7, "--scores", name)));
      return steps;
    }
  },
  TABLE_2("Data brittleness, Figures 3 to 5, Table 2: supports by bisection over cheap rankings") {
    @Override
    List<Step> steps(Setup s) {
      List<Step> steps = new ArrayList<>();
      for (String scores : List.of("datamodels", "near", "same-class", "random")) {
        steps.add(s.support(35, "--method", "bisection", "--flip", "majority", "--scores", scores));
      }
      steps.add(s.report());
      return steps;
    }
  },
  FIGURE_C1("Figure C.1: normality and saturation of outputs of models on one subset"),
  FIGURE_B1("Figure B.1, Algorithm B.1: which α sees groups of which size, simulated"),
  FIGURE_15("Figure 15: datamodels of a nearest-neighbour classifier in the plane, by α");

  private final String what;

  Reproduction(String what) {
    this.what = what;
  }

  /** Returns what is reproduced, in words. */
  String what() {
    return what;
  }

  /** Returns the name in commands. */
  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Returns whether it is about a study, whose pool and fit come first. */
  boolean ofStudy() {
    return ordinal() < FIGURE_C1.ordinal();
  }

  /** Returns the commands that follow the pool, the fit and its evaluation. */
  List<Step> steps(Setup setup) {
    throw new UnsupportedOperationException(label() + " is not about a study");
  }

  /** Returns the reproduction with the given name; null where there is none. */
  static Reproduction of(String name) {
    return Arrays.stream(values())
        .filter(r -> r.label().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                dev.whence.base.BadInputException.unknown(
                    "NAME", Arrays.stream(values()).map(Reproduction::label).toList(), name));
  }

  /**
   * A command.
   *
   * @param models number of models that it trains, about
   * @param alpha part of the units that they are trained on
   */
  record Step(long models, double alpha, List<String> args) {}

  /**
   * The study that commands are about.
   *
   * @param units d
   * @param alpha of its own pool
   * @param models size of its pool
   * @param targets number of targets that are asked about
   */
  record Setup(String study, String learner, int units, double alpha, long models, int targets) {

    Step step(long trained, double part, String... args) {
      return new Step(trained, part, List.of(args));
    }

    String sample() {
      return "sample:" + targets;
    }

    /** Returns the commands that all others build on. */
    List<Step> base() {
      return List.of(
          step(models + 1000, alpha, "train", study, "--models", "" + models),
          step(0, 0, "fit", study),
          step(0, 0, "evaluate", study));
    }

    Step report() {
      return step(0, 0, "report", study);
    }

    /**
     * @param each models that a target takes, as measured (docs/results/counterfactuals.md)
     */
    Step support(int each, String... options) {
      List<String> args = new ArrayList<>(List.of("support", study, "--targets", sample()));
      args.addAll(List.of(options));
      return new Step((long) each * targets, 1, args);
    }

    /**
     * @param sets number of sets a target
     */
    Step counterfactuals(int sets, String... options) {
      List<String> args = new ArrayList<>(List.of("counterfactuals", study, "--targets", sample()));
      args.addAll(List.of(options));
      return new Step(20L * sets * targets, 1, args);
    }
  }
}
