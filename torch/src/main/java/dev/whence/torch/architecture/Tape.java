package dev.whence.torch.architecture;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** What a forward pass used its parameters on: the source of each example's gradient. */
public final class Tape {

  /** One use of a site's parameters: its input, and its output, whose gradient is kept. */
  public record Use(Site site, Tensor input, Tensor output) {}

  private final List<Use> uses = new ArrayList<>();

  void record(Site site, Tensor input, Tensor output) {
    if (output.requires_grad()) {
      output.__dispatch_retain_grad();
    } else {
      output.requires_grad_(true); // the graph begins here
    }
    uses.add(new Use(site, input, output));
  }

  /** Returns the uses, in the order of the pass. */
  public List<Use> uses() {
    return List.copyOf(uses);
  }
}
