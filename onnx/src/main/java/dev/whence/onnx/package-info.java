/** Backbones on ONNX Runtime. */
@NullMarked
package dev.whence.onnx;

import org.jspecify.annotations.NullMarked;
