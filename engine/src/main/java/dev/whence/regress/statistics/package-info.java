/** The numbers that a regression needs of runs: G, c, v, from memory or a pool on disk. */
@org.jspecify.annotations.NullMarked
package dev.whence.regress.statistics;
