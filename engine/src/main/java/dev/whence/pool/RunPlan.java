package dev.whence.pool;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.whence.base.Api;
import dev.whence.base.Key;
import dev.whence.base.Purpose;
import dev.whence.data.Relabelling;
import dev.whence.design.Design;
import dev.whence.design.Mask;
import dev.whence.store.PoolSpec;
import java.util.List;

/**
 * Which run each row of a table of runs is. A plan is JSON, so that it travels to other machines.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "plan")
@JsonSubTypes({
  @JsonSubTypes.Type(value = RunPlan.PoolRuns.class, name = "pool"),
  @JsonSubTypes.Type(value = RunPlan.Repeats.class, name = "repeats"),
  @JsonSubTypes.Type(value = RunPlan.Whole.class, name = "whole"),
  @JsonSubTypes.Type(value = RunPlan.Listed.class, name = "list")
})
@Api
public sealed interface RunPlan {

  /**
   * First index of replacement runs: when row r fails twice, run SPARE + r takes its place. 2^40
   * exceeds any pool.
   */
  long SPARE = 1L << 40;

  /**
   * Returns the run of a row.
   *
   * @param design of the plan's pool; other plans read no more of it than the number of units
   * @param spare whether to return the run that takes the row's place when the row's own run fails
   */
  RunSpec spec(Design design, long row, boolean spare);

  /** The runs of a pool: each row has a subset and random numbers of its own. */
  record PoolRuns(PoolSpec pool) implements RunPlan {
    @Override
    public RunSpec spec(Design design, long row, boolean spare) {
      long index = spare ? SPARE + row : row;
      return new RunSpec(
          design.mask(pool.seed(), Purpose.SUBSET, index),
          Relabelling.NONE,
          new Key(pool.seed(), Purpose.TRAINING, index));
    }
  }

  /** Runs that judge: row = subset · times + repeat. A spare run keeps the subset. */
  record Repeats(PoolSpec pool) implements RunPlan {
    @Override
    public RunSpec spec(Design design, long row, boolean spare) {
      long subset = row / pool.repeats().times();
      return new RunSpec(
          design.mask(pool.seed(), Purpose.REPEATED_SUBSET, subset),
          Relabelling.NONE,
          new Key(pool.seed(), Purpose.REPEATED_TRAINING, spare ? SPARE + row : row));
    }
  }

  /** Runs on the whole of S: each row has random numbers of its own. */
  record Whole(long seed) implements RunPlan {
    @Override
    public RunSpec spec(Design design, long row, boolean spare) {
      long index = spare ? SPARE + row : row;
      return new RunSpec(
          Mask.of(design.units(), _ -> true),
          Relabelling.NONE,
          new Key(seed, Purpose.WHOLE_TRAINING, index));
    }
  }

  /** Runs that are listed one by one. A spare run keeps the subset and the labels. */
  record Listed(List<RunSpec> runs) implements RunPlan {
    public Listed {
      runs = List.copyOf(runs);
    }

    @Override
    public RunSpec spec(Design design, long row, boolean spare) {
      RunSpec run = runs.get(Math.toIntExact(row));
      Key key = run.key();
      return spare
          ? new RunSpec(
              run.subset(), run.changed(), new Key(key.seed(), key.purpose(), SPARE + key.index()))
          : run;
    }
  }
}
