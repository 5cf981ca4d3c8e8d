/** export. */
@org.jspecify.annotations.NullMarked
package dev.whence.app.export;
