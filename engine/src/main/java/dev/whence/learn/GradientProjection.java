package dev.whence.learn;

import dev.whence.base.Api;
import dev.whence.base.BadInputException;
import java.util.Locale;

/**
 * A reduction of gradients to fewer values. Projections are random matrices R of ±1/√dimensions, so
 * that inner products keep their expectation (Johnson and Lindenstrauss; TRAK §3.1).
 *
 * @param kind of the projection
 * @param dimensions number of values of a projected gradient; for {@link Kind#FACTORED} of each
 *     matrix of weights, a square number; 0 for {@link Kind#NONE}
 * @param lastLayer whether only the parameters of the last layer count
 * @param seed of the random matrices
 */
@Api
public record GradientProjection(Kind kind, int dimensions, boolean lastLayer, long seed) {

  /** How a gradient g is projected. */
  public enum Kind {
    /** g itself, not projected. */
    NONE,
    /** gᵀR with R [parameters, dimensions]. */
    DENSE,
    /**
     * For each matrix of weights W with gradient Σ δ aᵀ: Σ (R₁δ)(R₂a)ᵀ, a projection by R₁ ⊗ R₂
     * that never forms the gradient; a includes a 1 for the bias. Parameters that are not in such a
     * matrix are left out: parameters of normalisation and of grouped convolutions, ViT's token and
     * positions, Swin's biases.
     */
    FACTORED
  }

  public GradientProjection {
    if (kind != Kind.NONE && (dimensions < 1 || dimensions > 1 << 16)) {
      throw BadInputException.at("dimensions", "1 … 65536", dimensions);
    }
    if (kind == Kind.FACTORED && side(dimensions) * side(dimensions) != dimensions) {
      throw BadInputException.at("dimensions", "a square such as 64 (factored)", dimensions);
    }
  }

  /**
   * Returns the reduction that keeps the whole gradient.
   *
   * @param lastLayer whether only the parameters of the last layer count
   */
  public static GradientProjection none(boolean lastLayer) {
    return new GradientProjection(Kind.NONE, 0, lastLayer, 0);
  }

  /** Returns the kind with the given name, in lower case. */
  public static Kind kind(String name) {
    for (Kind kind : Kind.values()) {
      if (kind.name().toLowerCase(Locale.ROOT).equals(name)) {
        return kind;
      }
    }
    throw BadInputException.at("projection", "none, dense or factored", name);
  }

  /** Returns √dimensions: the number of rows of R₁ and of R₂ in a factored projection. */
  public int side() {
    return side(dimensions);
  }

  private static int side(int dimensions) {
    return (int) Math.round(Math.sqrt(dimensions));
  }
}
