/**
 * The terminal: options of every command, progress bars, what is said when a command is stopped.
 */
@org.jspecify.annotations.NullMarked
package dev.whence.app.terminal;
