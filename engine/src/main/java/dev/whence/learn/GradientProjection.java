package dev.whence.learn;

import dev.whence.base.BadInputException;
import java.util.Locale;

/**
 * What is kept of a gradient. Projections are random matrices R of ±1/√dimensions, so that inner
 * products keep their expectation (Johnson and Lindenstrauss; TRAK §3.1).
 *
 * @param kind how
 * @param dimensions of the projection; of {@link Kind#FACTORED} for each layer, a square
 * @param lastLayer whether only the parameters of the last layer count
 * @param seed of the matrices
 */
public record GradientProjection(Kind kind, int dimensions, boolean lastLayer, long seed) {

  /** How a gradient g is projected. */
  public enum Kind {
    /** g itself. */
    NONE,
    /** gᵀR, R [parameters, dimensions]. */
    DENSE,
    /**
     * For each matrix of weights W with gradient Σ δ aᵀ: Σ (R₁δ)(R₂a)ᵀ, a projection by R₁ ⊗ R₂
     * that never forms the gradient; a includes the bias's 1. Parameters that are no such matrix
     * are left out: normalisation's, grouped convolutions', ViT's token and positions, Swin's
     * biases.
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

  /** Returns the whole gradient. */
  public static GradientProjection none(boolean lastLayer) {
    return new GradientProjection(Kind.NONE, 0, lastLayer, 0);
  }

  /** Returns the kind of that name. */
  public static Kind kind(String name) {
    for (Kind kind : Kind.values()) {
      if (kind.name().toLowerCase(Locale.ROOT).equals(name)) {
        return kind;
      }
    }
    throw BadInputException.at("projection", "none, dense or factored", name);
  }

  /** Returns the side of a factored projection's square. */
  public int side() {
    return side(dimensions);
  }

  private static int side(int dimensions) {
    return (int) Math.round(Math.sqrt(dimensions));
  }
}
