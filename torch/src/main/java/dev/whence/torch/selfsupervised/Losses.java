package dev.whence.torch.selfsupervised;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** The losses of self-supervised methods, means over a minibatch. */
final class Losses {

  private static final double NEVER = -1e9;

  private Losses() {}

  /** Returns rows of length 1. */
  static Tensor normalized(Tensor x) {
    Tensor norms = torch.norm(x, new ScalarOptional(new Scalar(2)), new long[] {1}, true);
    return x.div(norms.clamp_min(new Scalar(1e-12)));
  }

  /**
   * NT-Xent (Chen et al. 2020, eq. 1): the other view of a picture against all other views.
   *
   * @param a one view's embeddings [n, values], of length 1
   * @param b the other's
   */
  static Tensor ntXent(Tensor a, Tensor b, double temperature) {
    int n = Math.toIntExact(a.size(0));
    Tensor all = torch.cat(new TensorVector(a, b), 0);
    Tensor own = torch.eye(2L * n).to(a.device(), torch.ScalarType.Float);
    Tensor similar = all.matmul(all.t()).div(new Scalar(temperature)).add(own, new Scalar(NEVER));
    long[] other = new long[2 * n];
    for (int i = 0; i < 2 * n; i++) {
      other[i] = (i + n) % (2 * n);
    }
    return torch.cross_entropy_loss(
        similar, Tensor.create(other).to(a.device(), torch.ScalarType.Long));
  }

  /**
   * InfoNCE with a queue (He et al. 2020, eq. 1): the other view, by the momentum encoder, against
   * pictures seen before.
   *
   * @param query [n, values], of length 1
   * @param key the same pictures' [n, values]
   * @param queue [length, values]
   */
  static Tensor infoNce(Tensor query, Tensor key, Tensor queue, double temperature) {
    Tensor own = query.mul(key).sum(new long[] {1}).unsqueeze(1);
    Tensor logits =
        torch.cat(new TensorVector(own, query.matmul(queue.t())), 1).div(new Scalar(temperature));
    Tensor first = Tensor.create(new long[Math.toIntExact(query.size(0))]);
    return torch.cross_entropy_loss(logits, first.to(query.device(), torch.ScalarType.Long));
  }

  /** BYOL's (Grill et al. 2020, eq. 2): ‖p − t‖² of rows of length 1, 2 − 2·cos. */
  static Tensor regression(Tensor prediction, Tensor target) {
    Tensor cosine = prediction.mul(target).sum(new long[] {1}).mean();
    return cosine.mul(new Scalar(-2)).add(new Scalar(2));
  }

  /**
   * DINO's (Caron et al. 2021, eq. 2 and Algorithm 1): cross-entropy of the student's distribution
   * from the teacher's, centred and sharpened.
   *
   * @param student [n, values]
   * @param teacher [n, values]
   * @param center [values]
   */
  static Tensor distillation(
      Tensor student, Tensor teacher, Tensor center, double studentTemperature, double sharp) {
    Tensor target = teacher.sub(center).div(new Scalar(sharp)).softmax(1);
    Tensor log = student.div(new Scalar(studentTemperature)).log_softmax(1);
    return target.mul(log).sum(new long[] {1}).mean().neg();
  }
}
