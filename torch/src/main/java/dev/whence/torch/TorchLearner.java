package dev.whence.torch;

import dev.whence.data.Dataset;
import dev.whence.data.Features;
import dev.whence.learn.ConfiguredLearner;
import dev.whence.learn.ImageShape;
import dev.whence.learn.Standardizer;
import dev.whence.learn.Trainer;
import java.util.List;
import java.util.function.Function;

/**
 * A deep network trained by SGD with momentum, weight decay and a triangular learning rate (App.
 * D): cross-entropy for classes, squared error for real labels. Pictures are standardised by
 * channel over S, real labels too.
 */
final class TorchLearner extends ConfiguredLearner<TorchConfig> {

  TorchLearner(TorchConfig config) {
    super("torch", config);
  }

  @Override
  public Trainer prepare(Dataset train, List<Features> targets) {
    Native.oneThread();
    ImageShape image = ImageShape.of(train.features());
    Standardizer standardizer = Standardizer.ofPictures(train.features(), image);
    Function<Features, float[]> layout = f -> image.channelsLast(standardizer.apply(f), 0);
    return new TorchTrainer(config, image, layout, train, targets);
  }
}
