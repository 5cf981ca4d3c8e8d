"""Makes a training function a worker of Whence (learner: process).

    import whence_worker
    from sklearn.linear_model import LogisticRegression

    def train(run):
        model = LogisticRegression(max_iter=200, random_state=run.seed)
        model.fit(run.x.reshape(len(run.x), -1) / 255, run.y)
        return lambda x: model.decision_function(x.reshape(len(x), -1) / 255)

    whence_worker.serve(train)

`train` gets a Run and returns a function that takes features [k, ...] and returns logits [k, classes]: an array of
numpy or a tensor of PyTorch. Regression returns predictions [k]; two classes may return one score [k], the second
class's. With the setting returns=output it returns one number a target [k], of any meaning. What differs from run to
run must come from `run.seed` alone, or the pool cannot be made again.

Import it first: from then on anything printed goes to standard error, and so to the study's logs/; Whence shows the last
lines of it when a run fails. A model that was fitted to fewer classes than there are, because the subset lacks some, may
return scores for those it knows, in increasing order of their labels (as scikit-learn does); each class that it does not
know then scores as the lowest of them. Needs numpy, nothing else.
"""
import functools
import json
import os
import queue
import signal
import sys
import threading
import traceback

import numpy as np

__all__ = ["Data", "Run", "serve"]

# What anyone prints, from now on and in any process started from here, must not mix with the answers.
sys.stdout.flush()
_answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
os.set_inheritable(_answers.fileno(), False)
os.dup2(2, 1)
try:
    os.setpgid(0, 0)  # so that what is started from here ends together with this process
except (AttributeError, OSError):
    pass


class Data:
    """The dataset, mapped, the same in all runs: x [examples, ...] (uint8 or float32), y [examples] (int64 classes or
    float32), targets (a list of arrays [k, ...]), classes (0 in regression), names (of the classes), returns ("logits" or
    "output")."""

    def __init__(self, greeting):
        if greeting.get("whence") != 1:
            raise ValueError(f"expected Whence's protocol 1, found {greeting.get('whence')}")
        self.x = np.load(greeting["features"], mmap_mode="r")
        self.y = np.load(greeting["labels"], mmap_mode="r")
        self.targets = [np.load(path, mmap_mode="r") for path in greeting["targets"]]
        self.classes = greeting["classes"]
        self.names = greeting.get("names", [])
        self.returns = greeting["returns"]


class Run:
    """One model to train: number, seed in [0, 2**32), mask [examples] (bool), labels [examples] (those of data, except in
    runs that ask what other labels would do), and data, the whole dataset."""

    def __init__(self, data, request):
        self.data = data
        self.number = request["run"]
        self.seed = request["seed"]
        self.mask = np.load(request["mask"])
        self.labels = np.load(request["labels"]) if "labels" in request else data.y

    @functools.cached_property
    def members(self):
        """Indices of the examples to train on, increasing."""
        return np.flatnonzero(self.mask)

    @functools.cached_property
    def x(self):
        """Features of the examples to train on, a copy."""
        return self.data.x[self.members]

    @functools.cached_property
    def y(self):
        """Labels of the examples to train on, a copy."""
        return self.labels[self.members]


def _array(values, run):
    data = run.data
    if hasattr(values, "detach"):  # a tensor
        values = values.detach().cpu().float().numpy()
    values = np.asarray(values, dtype=np.float32)
    if data.returns != "logits" or data.classes == 0:
        return np.ascontiguousarray(values)
    known = np.unique(run.y)
    if values.ndim == 1 and (len(known) == 2 or data.classes == 2):  # a score of the second class against the first
        values = np.stack([np.zeros_like(values), values], axis=1)
        known = known if len(known) == 2 else np.arange(2)
    if values.ndim == 2 and values.shape[1] == len(known) < data.classes:
        every = np.repeat(values.min(axis=1, keepdims=True), data.classes, axis=1)
        every[:, known] = values
        values = every
    return np.ascontiguousarray(values)


def _lines():
    """Lines of standard input; its end ends the process at once, whatever it is doing."""
    lines = queue.Queue()

    def read():
        for line in sys.stdin:
            lines.put(line)
        if hasattr(os, "killpg") and os.getpgid(0) == os.getpid():
            os.killpg(0, signal.SIGKILL)
        os._exit(0)

    threading.Thread(target=read, daemon=True).start()
    while True:
        yield lines.get()


def serve(train):
    """Answers Whence until it closes standard input."""

    def answer(**values):
        _answers.write(json.dumps(values) + "\n")
        _answers.flush()

    data = None
    for line in _lines():
        request = json.loads(line)
        if data is None:
            data = Data(request)
            answer(ready=True, whence=2)
            continue
        number = request["run"]
        try:
            run = Run(data, request)
            predict = train(run)
            for x, path in zip(data.targets, request["outputs"]):
                np.save(path, _array(predict(x), run))
            answer(done=number)
        except Exception as e:
            traceback.print_exc()
            where = traceback.extract_tb(e.__traceback__)[-1]
            answer(run=number, error=f"{type(e).__name__}: {e} ({os.path.basename(where.filename)}, line {where.lineno})")
