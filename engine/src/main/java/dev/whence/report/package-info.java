/** Figures and the HTML report. */
@org.jspecify.annotations.NullMarked
package dev.whence.report;
