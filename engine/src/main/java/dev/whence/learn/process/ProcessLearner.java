package dev.whence.learn.process;

import dev.whence.data.Dataset;
import dev.whence.data.Features;
import dev.whence.learn.ConfiguredLearner;
import dev.whence.learn.Trainer;
import dev.whence.learn.Workplace;
import java.nio.file.Path;
import java.util.List;

/**
 * Training by another program, one process a thread, many runs a process.
 *
 * <p>Whence writes one line of JSON to the process's standard input for each thing it asks, and
 * waits for the line on its standard output that answers it: one that names the run. Every other
 * line goes to the process's log.
 *
 * <pre>
 * → {"whence": 1, "features": "x.npy", "labels": "y.npy", "classes": 10, "names": […], "returns": "logits", "targets": ["0.npy"]}
 * ← {"ready": true}
 * → {"run": 17, "seed": 3141592653, "mask": "mask.npy", "outputs": ["out-0.npy"]}
 * ← {"done": 17}       or       {"error": "what went wrong", "run": 17}
 * </pre>
 *
 * <p>All are paths of .npy files: features [examples, shape…] uint8 or float32, labels [examples]
 * int64 or, with "classes" 0, float32; the mask [examples] bool; outputs are the program's to
 * write, floats [targets, classes], or [targets] in regression and where "returns" is "output". The
 * end of its input is the end of the process.
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
