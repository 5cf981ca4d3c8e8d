package dev.whence.app.bench;

import picocli.CommandLine.Command;

/** {@code whence bench}. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = {
      "Measures Whence against a peer in the same run, on the same cores.",
      "A ratio above 1 says that Whence is faster. Peers come from PyPI, into a virtual environment that is made once."
    },
    footer = {
      "",
      "Examples:",
      "  whence bench learners --threads 1",
      "  whence bench gram --threads 1",
      "  whence bench regression --scale 0.1",
      "  whence bench interventions"
    },
    subcommands = {
      LearnersBench.class,
      GramBench.class,
      RegressionBench.class,
      InterventionsBench.class
    })
public final class BenchCommand {}
