/**
 * How well datamodels and other scores predict held-out runs: MSE and OPT, correlations, LDS,
 * sample complexity.
 */
@org.jspecify.annotations.NullMarked
package dev.whence.evaluate;
