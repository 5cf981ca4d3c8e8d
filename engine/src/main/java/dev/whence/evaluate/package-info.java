/** How well datamodels predict: MSE and OPT, correlations, LDS, sample complexity. */
@org.jspecify.annotations.NullMarked
package dev.whence.evaluate;
