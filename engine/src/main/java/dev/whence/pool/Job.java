package dev.whence.pool;

import dev.whence.base.Api;
import dev.whence.data.Split;
import dev.whence.learn.Workplace;

/**
 * Runs to train: their recipe, and what they need on a machine.
 *
 * @param recipe what the runs are made from
 * @param data dataset of the study
 * @param workplace folders for files that the learner writes on this machine
 */
@Api
public record Job(RunRecipe recipe, Split data, Workplace workplace) {}
