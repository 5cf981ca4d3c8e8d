"""A worker that does one thing wrong, in run 3; for the tests of learner process. Arguments: fault, file for notes."""
import os
import pathlib
import sys
import time

import numpy as np
import whence_worker

fault, notes = sys.argv[1], pathlib.Path(sys.argv[2])


def train(run):
    if fault == "output":
        return lambda x: x.reshape(len(x), -1).sum(axis=1) + run.mask.sum()
    width = max(run.data.classes, 1)
    weights = np.random.default_rng(run.seed).normal(size=(run.data.x[0].size, width)) + run.x.mean()
    if run.number == 3 or fault == "always":
        first = not notes.exists()
        notes.touch()
        print("about to do something wrong")  # standard error, as a worker's remarks are
        if fault in ("crash", "always") or (fault == "once" and first):
            os._exit(7)
        if fault == "hang":
            time.sleep(60)
        if fault == "raise":
            raise ValueError("no luck")
        if fault == "nan":
            return lambda x: np.full((len(x), width), np.nan)
        if fault == "shape":
            return lambda x: np.zeros((len(x), width + 1))
    return lambda x: x.reshape(len(x), -1) @ weights


whence_worker.serve(train)
