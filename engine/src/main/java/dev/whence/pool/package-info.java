/** Running, resuming, extending and importing pools. */
@org.jspecify.annotations.NullMarked
package dev.whence.pool;
