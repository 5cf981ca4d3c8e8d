package dev.whence.pool;

import dev.whence.base.Api;
import dev.whence.base.Key;
import dev.whence.data.Relabelling;
import dev.whence.design.Mask;

/**
 * One run: what it is trained on, and with which random numbers. Runs of one specification, dataset
 * and learner are the same, bit for bit.
 *
 * @param subset units of S that the run is trained on
 * @param changed examples that have another class in this run
 * @param key names the random numbers of the training
 */
@Api
public record RunSpec(Mask subset, Relabelling changed, Key key) {}
