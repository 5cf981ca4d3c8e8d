package dev.whence.regress.solve;

import dev.whence.base.Parallel;
import dev.whence.regress.gram.Gram;
import dev.whence.regress.gram.GramProduct;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.decomposition.qr.QRDecomposition_DDRB_to_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;
import org.ejml.interfaces.decomposition.QRDecomposition;

/**
 * The eigenvalues of a Gram matrix G that are not 0 and their eigenvectors: G = QΛQᵀ. The G of m
 * runs has at most m − 1 such eigenvalues, so with fewer runs than units the spectrum is computed
 * in the range of G.
 *
 * @param values the eigenvalues, [r], all above {@value #RANK_TOLERANCE} of the largest: subsets of
 *     exact size make G singular, as the elements of each mask sum to a constant
 * @param vectors Qᵀ, [r, d]: one eigenvector a row
 */
public record Spectrum(double[] values, double[][] vectors) {

  private static final double RANK_TOLERANCE = 1e-10;

  /**
   * Returns an upper bound of the rank of G: the smaller of its number of runs and its number of
   * units.
   */
  public static int mostRank(Gram gram) {
    return Math.min(gram.runs(), gram.units());
  }

  public static Spectrum of(Gram gram, Parallel parallel) {
    return gram.runs() < gram.units() ? ofRange(gram, parallel) : ofAll(gram);
  }

  private static Spectrum ofAll(Gram gram) {
    int d = gram.units();
    DMatrixRMaj matrix = new DMatrixRMaj(d, d);
    for (int j = 0; j < d; j++) {
      System.arraycopy(gram.row(j), 0, matrix.data, j * d, d);
    }
    return of(matrix);
  }

  /**
   * Returns the spectrum of G where runs are fewer than units: finds an orthonormal basis B of G's
   * range, [m, d], and the spectrum of BGBᵀ (Halko 2011).
   */
  private static Spectrum ofRange(Gram gram, Parallel parallel) {
    Random random = new Random(1);
    double[][] start = new double[gram.runs()][];
    Arrays.setAll(start, k -> random.doubles(gram.units(), -1, 1).toArray());
    double[][] basis = orthonormal(GramProduct.all(gram, List.of(start), parallel));
    double[][] products = GramProduct.all(gram, List.of(basis), parallel);
    DMatrixRMaj rows = new DMatrixRMaj(basis);
    DMatrixRMaj inside = new DMatrixRMaj(basis.length, basis.length);
    CommonOps_DDRM.multTransB(rows, new DMatrixRMaj(products), inside);
    Spectrum small = of(inside);
    DMatrixRMaj vectors = new DMatrixRMaj(small.rank(), gram.units());
    if (small.rank() > 0) {
      CommonOps_DDRM.mult(new DMatrixRMaj(small.vectors), rows, vectors);
    }
    return new Spectrum(small.values, rows(vectors));
  }

  private static double[][] orthonormal(double[][] rows) {
    QRDecomposition<DMatrixRMaj> qr = new QRDecomposition_DDRB_to_DDRM();
    DMatrixRMaj columns = new DMatrixRMaj(rows);
    CommonOps_DDRM.transpose(columns);
    qr.decompose(columns);
    DMatrixRMaj q = qr.getQ(null, true);
    CommonOps_DDRM.transpose(q);
    return rows(q);
  }

  private static double[][] rows(DMatrixRMaj matrix) {
    return IntStream.range(0, matrix.numRows)
        .mapToObj(
            k -> Arrays.copyOfRange(matrix.data, k * matrix.numCols, (k + 1) * matrix.numCols))
        .toArray(double[][]::new);
  }

  /**
   * Returns the spectrum of a symmetric matrix, [d, d], without the eigenvalues that are 0 up to
   * rounding.
   */
  public static Spectrum of(DMatrixRMaj symmetric) {
    int d = symmetric.numRows;
    if (d == 0) {
      return new Spectrum(new double[0], new double[0][]);
    }
    EigenDecomposition_F64<DMatrixRMaj> eigen = DecompositionFactory_DDRM.eig(d, true, true);
    if (!eigen.decompose(symmetric)) {
      throw new ArithmeticException("the eigendecomposition of G did not converge");
    }
    double largest =
        IntStream.range(0, d).mapToDouble(k -> eigen.getEigenvalue(k).getReal()).max().orElse(0);
    int[] kept =
        IntStream.range(0, d)
            .filter(k -> eigen.getEigenvalue(k).getReal() > RANK_TOLERANCE * largest)
            .toArray();
    return new Spectrum(
        IntStream.of(kept).mapToDouble(k -> eigen.getEigenvalue(k).getReal()).toArray(),
        IntStream.of(kept)
            .mapToObj(k -> eigen.getEigenVector(k).getData())
            .toArray(double[][]::new));
  }

  /** Returns r, the number of eigenvalues that are not 0, the rank of G. */
  int rank() {
    return values.length;
  }

  /** Returns Qᵀx, [r], of the vector {@code x}, [d]. */
  public double[] rotate(double[] x) {
    return Stream.of(vectors).mapToDouble(vector -> Lanczos.dot(vector, x)).toArray();
  }

  /**
   * Returns (Λ + λ)⁻¹a, [r]: Qᵀw of the ridge regression's weights w at λ.
   *
   * @param a Qᵀc of the target, [r]
   */
  public double[] solve(double[] a, double lambda) {
    return IntStream.range(0, a.length).mapToDouble(k -> a[k] / (values[k] + lambda)).toArray();
  }

  /**
   * Returns Qy, [d], of the vector {@code y}, [r].
   *
   * @param units d, the number of units
   */
  public double[] back(double[] y, int units) {
    double[] x = new double[units];
    for (int k = 0; k < y.length; k++) {
      Lanczos.add(x, vectors[k], y[k]);
    }
    return x;
  }

  /** Returns QᵀHQ, [r, r], where H is the Gram matrix {@code other}, of other runs. */
  public DMatrixRMaj rotate(Gram other, Parallel parallel) {
    DMatrixRMaj rotated = new DMatrixRMaj(rank(), rank());
    if (rank() > 0) {
      double[][] products = GramProduct.all(other, List.of(vectors), parallel);
      CommonOps_DDRM.multTransB(new DMatrixRMaj(vectors), new DMatrixRMaj(products), rotated);
    }
    return rotated;
  }
}
