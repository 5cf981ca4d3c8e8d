package dev.whence.pool;

import dev.whence.base.Api;
import dev.whence.design.Mask;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of a run.
 *
 * @param mask the subset it was trained on
 * @param outputs for each recorded output its values on all targets: [n], for logits [n, classes]
 * @param skipped the run in whose place it is, if that failed
 */
@Api
public record RunResult(
    Mask mask, Map<String, float[]> outputs, SkippedRuns.@Nullable Skipped skipped) {}
