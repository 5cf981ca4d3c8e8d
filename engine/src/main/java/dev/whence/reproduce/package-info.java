/**
 * Experiments of the papers on the role of α and on outputs, which need no datamodels of a study.
 */
@NullMarked
package dev.whence.reproduce;

import org.jspecify.annotations.NullMarked;
