package example;

import dev.whence.base.Workers;
import dev.whence.data.DatasetReader;
import dev.whence.data.Split;
import dev.whence.explore.Neighbours;
import dev.whence.pool.Pool;
import dev.whence.pool.StudyConfig;
import dev.whence.regress.Datamodels;
import dev.whence.regress.FitSpec;
import dev.whence.store.Study;
import java.nio.file.Files;
import java.nio.file.Path;

/** Prints the bundled training images behind the prediction for a test image. */
public class Behind {

  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args[0]);
    Split images = DatasetReader.bundled();
    Study study =
        Files.exists(folder)
            ? Study.open(folder)
            : StudyConfig.DEFAULT
                .learner("softmax")
                .outputs("margin")
                .repeats(0, 1)
                .create(folder, images);
    try (Workers workers = Workers.threads(Runtime.getRuntime().availableProcessors())) {
      Pool.of(study).train(2000, workers);
      Datamodels datamodels = Datamodels.fit(study, FitSpec.DEFAULT, workers);
      int target = 17;
      System.out.println("a " + images.test().labels().text(target) + " leans on");
      for (Neighbours.Neighbour unit : Neighbours.of(datamodels, target, 5).positive()) {
        System.out.printf(
            "  a %s (image %d, weight %.3f)%n",
            images.train().labels().text(unit.unit()), unit.unit(), unit.weight());
      }
    }
  }
}
