package dev.whence.learn;

import dev.whence.base.Api;
import dev.whence.base.Key;
import dev.whence.data.Relabelling;
import java.util.List;
import java.util.function.Function;

/** A trainer whose models have parameters and gradients with respect to these parameters. */
@Api
public interface DifferentiableTrainer extends Trainer {

  /**
   * Trains the model that {@link #run} trains and returns its state at the end of some epochs, as
   * checkpoints for TracIn. With its state at the end of the last epoch the model predicts as in
   * {@code run}.
   *
   * @param epochs numbers of epochs, counted from 1, increasing; 0 for the state before training
   */
  List<float[]> states(int[] members, Relabelling changed, Key key, int[] epochs);

  /** Returns the states of the model that is trained on the labels of S. */
  default List<float[]> states(int[] members, Key key, int[] epochs) {
    return states(members, Relabelling.NONE, key, epochs);
  }

  /** Returns the number of epochs that {@link #run} trains. */
  int epochs();

  /**
   * Calls {@code use} with the model that has the given state; the model is not valid after the
   * call.
   *
   * @throws IllegalArgumentException where the state is not of this trainer's models
   */
  <T> T withModel(float[] state, Function<DifferentiableModel, T> use);
}
