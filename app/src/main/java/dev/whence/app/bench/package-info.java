/** bench. */
@org.jspecify.annotations.NullMarked
package dev.whence.app.bench;
