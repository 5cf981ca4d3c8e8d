/**
 * The numbers about runs that a regression needs, G, c and v; from runs in memory or a pool on
 * disk.
 */
@org.jspecify.annotations.NullMarked
package dev.whence.regress.statistics;
