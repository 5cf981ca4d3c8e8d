package dev.whence.learn.process;

import dev.whence.data.Dataset;
import dev.whence.data.Features;
import dev.whence.learn.ConfiguredLearner;
import dev.whence.learn.Trainer;
import dev.whence.learn.Workplace;
import java.nio.file.Path;
import java.util.List;

/**
 * Trains by another program, one process a thread, many runs a process.
 *
 * <p>For each request Whence writes one line of JSON to the process's standard input, and waits for
 * the line on its standard output that answers the request: the first answer says that the process
 * is ready, each further answer names the run. Every other line goes to the process's log.
 *
 * <pre>
 * → {"whence": 1, "newest": 2, "features": "x.npy", "labels": "y.npy", "classes": 10, "names": […], "returns": "logits", "targets": ["0.npy"]}
 * ← {"ready": true, "whence": 2}
 * → {"run": 17, "seed": 3141592653, "mask": "mask.npy", "outputs": ["out-0.npy"]}
 * → {"run": 18, "seed": 271828182, "mask": "mask.npy", "labels": "labels.npy", "outputs": ["out-0.npy"]}
 * ← {"done": 17}       or       {"error": "what went wrong", "run": 17}
 * </pre>
 *
 * <p>All arrays are given as paths of .npy files: features [examples, shape…] uint8 or float32,
 * labels [examples] int64 or, with "classes" 0, float32, the mask [examples] bool. The program
 * writes the files of the outputs: floats [targets, classes], or [targets] in regression and where
 * "returns" is "output". The process must end when its input ends.
 */
final class ProcessLearner extends ConfiguredLearner<ProcessConfig> {

  ProcessLearner(ProcessConfig config) {
    super("process", config);
  }

  @Override
  public boolean scalar() {
    return ProcessConfig.OUTPUT.equals(config.returns());
  }

  @Override
  public Trainer prepare(Dataset train, List<Features> targets) {
    return prepare(
        train, targets, Workplace.of(Path.of(System.getProperty("java.io.tmpdir"), "whence")));
  }

  @Override
  public Trainer prepare(Dataset train, List<Features> targets, Workplace workplace) {
    config.check();
    return new ProcessTrainer(config, SharedArrays.write(train, targets, scalar(), workplace));
  }
}
