/**
 * What every package needs: refusals, progress, threads, random keys, JSON, files that appear
 * whole.
 */
@org.jspecify.annotations.NullMarked
package dev.whence.base;
