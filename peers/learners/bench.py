"""How many models an hour PyTorch trains, by a plain loop and by torch.func.vmap over stacked models.

    python bench.py CASE IDX_DIR THREADS SECONDS

CASE is mlp (784-128-10) or softmax (784-10). 2,500 images x 12 epochs, batch 128, SGD with momentum 0.9, weight decay
5e-4 and a triangular learning rate, float32, features standardised beforehand. THREADS processes of one thread each.
Prints one JSON object.
"""
import gzip
import json
import multiprocessing
import pathlib
import sys
import time

import numpy as np
import torch
from torch import nn
from torch.func import functional_call, grad, stack_module_state, vmap

EPOCHS, BATCH, STACK = 12, 128, 16


def load(folder):
    def idx(name, offset):
        raw = gzip.decompress((pathlib.Path(folder) / name).read_bytes())
        return np.frombuffer(raw, np.uint8, offset=offset)

    images = np.concatenate([idx(f"{p}-images-idx3-ubyte.gz", 16) for p in ("train", "t10k")])
    labels = np.concatenate([idx(f"{p}-labels-idx1-ubyte.gz", 8) for p in ("train", "t10k")])
    x = images.reshape(-1, 784).astype(np.float32)
    return torch.from_numpy((x - x.mean()) / x.std()), torch.from_numpy(labels.astype(np.int64))


def model(case):
    if case == "softmax":
        return nn.Linear(784, 10)
    return nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 10))


def schedule(step, steps, peak_rate):
    t = (step + 0.5) / steps
    return peak_rate * (t / 0.2 if t < 0.2 else (1 - t) / 0.8)


def loop(case, x, y, rate):
    net = model(case)
    optimizer = torch.optim.SGD(net.parameters(), lr=rate, momentum=0.9, weight_decay=5e-4)
    n = len(x)
    per_epoch = -(-n // BATCH)
    step = 0
    for _ in range(EPOCHS):
        order = torch.randperm(n)
        for i in range(0, n, BATCH):
            batch = order[i : i + BATCH]
            optimizer.param_groups[0]["lr"] = schedule(step, EPOCHS * per_epoch, rate)
            optimizer.zero_grad(set_to_none=True)
            nn.functional.cross_entropy(net(x[batch]), y[batch]).backward()
            optimizer.step()
            step += 1
    return 1


def stacked(case, x, y, rate):
    nets = [model(case) for _ in range(STACK)]
    params, _ = stack_module_state(nets)
    params = {k: p.detach() for k, p in params.items()}
    base = model(case)
    velocity = {k: torch.zeros_like(p) for k, p in params.items()}

    def loss(p, bx, by):
        return nn.functional.cross_entropy(functional_call(base, p, (bx,)), by)

    gradient = vmap(grad(loss))
    n = len(x)
    per_epoch = -(-n // BATCH)
    step = 0
    for _ in range(EPOCHS):
        orders = torch.stack([torch.randperm(n) for _ in range(STACK)])
        for i in range(0, n, BATCH):
            batch = orders[:, i : i + BATCH]
            lr = schedule(step, EPOCHS * per_epoch, rate)
            g = gradient(params, x[batch], y[batch])
            for k, p in params.items():
                velocity[k].mul_(0.9).add_(g[k]).add_(p, alpha=5e-4)
                p.sub_(velocity[k], alpha=lr)
            step += 1
    return STACK


def measure(train, case, x, y, seconds):
    rate = 0.1 if case == "mlp" else 0.02
    train(case, x, y, rate)
    models, start = 0, time.perf_counter()
    while models == 0 or time.perf_counter() - start < seconds:
        models += train(case, x, y, rate)
    return models / (time.perf_counter() - start) * 3600


def worker(arguments):
    train, case, folder, seconds = arguments
    torch.set_num_threads(1)
    x, y = load(folder)
    return measure({"loop": loop, "vmap": stacked}[train], case, x, y, seconds)


if __name__ == "__main__":
    case, folder, threads, seconds = sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4])
    result = {"versions": f"PyTorch {torch.__version__}"}
    with multiprocessing.get_context("spawn").Pool(threads) as pool:
        for train in ("loop", "vmap"):
            result[train] = sum(pool.map(worker, [(train, case, folder, seconds)] * threads, chunksize=1))
    print(json.dumps(result))
