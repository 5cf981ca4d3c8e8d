package dev.whence.pool;

import dev.whence.design.Mask;
import java.util.Map;

/**
 * What is kept of a run.
 *
 * @param mask the subset it was trained on
 * @param outputs for each recorded output its values on all targets: [n], for logits [n, classes]
 */
public record RunResult(Mask mask, Map<String, float[]> outputs) {}
