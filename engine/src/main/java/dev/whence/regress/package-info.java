/**
 * Datamodels from runs: the LASSO and its relatives on (G, c, v), paths of λ, selection.
 *
 * <p>{@link dev.whence.regress.solve.PlainLasso} is the regression on a page. The classes of a fit:
 *
 * <pre>
 * Fit                      a study's targets, some hundred at a time; writes DatamodelStore
 *  ├─ PoolStatistics       G and c of all runs, on disk: GramStore counts pairs, SumsStore sums Xᵀy
 *  │    └─ Problem         statistics of the training runs, the validation runs and all runs
 *  └─ Estimator            a kind of regression: fits the targets of a Problem
 *       ├─ LassoEstimator  follows paths, chooses λ, refits
 *       │    └─ Lockstep   lets solvers share each reading of G
 *       │         ├─ PathSearch → WorkingBlocks   a target's path: five λ at once, single precision
 *       │         └─ Lasso → WorkingSet           a target at one λ, to the duality gap asked for
 *       │              └─ Gram ← GramProduct, Gathering   products with G, and parts of it
 *       ├─ RidgeEstimator → Spectrum, or KrylovRidge where G's rank is large
 *       └─ PostLasso, DifferenceOfMeans
 * </pre>
 */
@org.jspecify.annotations.NullMarked
package dev.whence.regress;
