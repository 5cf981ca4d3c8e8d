/** Datamodels from runs: LASSO and its relatives on (G, c, v), paths, selection. */
@org.jspecify.annotations.NullMarked
package dev.whence.regress;
