"""How many models an hour PyTorch trains, by a plain loop and by torch.func.vmap over stacked models.

    python bench.py CASE IDX_DIR THREADS SECONDS

CASE is mlp (784-128-10), softmax (784-10) or cnn (16 and 32 channels): 2,500 images x 12 epochs, 16 models stacked (of cnn 4); or
resnet9: 256 images x 1 epoch, 2 models stacked. Batch 128, SGD with momentum 0.9, weight decay 5e-4 and a triangular learning rate,
float32, features standardised beforehand, convolutions channels-last. THREADS processes of one thread each. Prints one JSON
object.
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

BATCH = 128
#        images, epochs, stack, rate
CASES = {
    "mlp": (2500, 12, 16, 0.1),
    "softmax": (2500, 12, 16, 0.02),
    "cnn": (2500, 12, 4, 0.05),
    "resnet9": (256, 1, 2, 0.05),
}


def load(folder):
    def idx(name, offset):
        raw = gzip.decompress((pathlib.Path(folder) / name).read_bytes())
        return np.frombuffer(raw, np.uint8, offset=offset)

    images = np.concatenate([idx(f"{p}-images-idx3-ubyte.gz", 16) for p in ("train", "t10k")])
    labels = np.concatenate([idx(f"{p}-labels-idx1-ubyte.gz", 8) for p in ("train", "t10k")])
    x = images.reshape(-1, 784).astype(np.float32)
    return torch.from_numpy((x - x.mean()) / x.std()), torch.from_numpy(labels.astype(np.int64))


class Residual(nn.Module):
    def __init__(self, module):
        super().__init__()
        self.module = module

    def forward(self, x):
        return x + self.module(x)


class Scale(nn.Module):
    def forward(self, x):
        return x * 0.2


def model(case, running=True):
    def conv_bn(i, o, kernel=3, stride=1, padding=1):
        return nn.Sequential(
            nn.Conv2d(i, o, kernel, stride, padding, bias=False),
            nn.BatchNorm2d(o, track_running_stats=running),
            nn.ReLU(inplace=running),
        )

    if case == "softmax":
        return nn.Linear(784, 10)
    if case == "mlp":
        return nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 10))
    if case == "cnn":
        net = nn.Sequential(
            nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Flatten(), nn.Linear(1568, 10),
        )  # fmt: skip
    else:
        net = nn.Sequential(
            conv_bn(1, 64),
            conv_bn(64, 128, 5, 2, 2),
            Residual(nn.Sequential(conv_bn(128, 128), conv_bn(128, 128))),
            conv_bn(128, 256),
            nn.MaxPool2d(2),
            Residual(nn.Sequential(conv_bn(256, 256), conv_bn(256, 256))),
            conv_bn(256, 128, 3, 1, 0),
            nn.AdaptiveMaxPool2d((1, 1)),
            nn.Flatten(),
            nn.Linear(128, 10, bias=False),
            Scale(),
        )
    return net.to(memory_format=torch.channels_last)


def schedule(step, steps, peak_rate):
    t = (step + 0.5) / steps
    return peak_rate * (t / 0.2 if t < 0.2 else (1 - t) / 0.8)


def loop(case, x, y):
    _, epochs, _, rate = CASES[case]
    net = model(case)
    optimizer = torch.optim.SGD(net.parameters(), lr=rate, momentum=0.9, weight_decay=5e-4)
    n = len(x)
    per_epoch = -(-n // BATCH)
    step = 0
    for _ in range(epochs):
        order = torch.randperm(n)
        for i in range(0, n, BATCH):
            batch = order[i : i + BATCH]
            optimizer.param_groups[0]["lr"] = schedule(step, epochs * per_epoch, rate)
            optimizer.zero_grad(set_to_none=True)
            nn.functional.cross_entropy(net(x[batch]), y[batch]).backward()
            optimizer.step()
            step += 1
    return 1


def stacked(case, x, y):
    _, epochs, stack, rate = CASES[case]
    nets = [model(case, running=False) for _ in range(stack)]
    params, _ = stack_module_state(nets)
    params = {k: p.detach() for k, p in params.items()}
    base = model(case, running=False)
    velocity = {k: torch.zeros_like(p) for k, p in params.items()}

    def loss(p, bx, by):
        return nn.functional.cross_entropy(functional_call(base, p, (bx,)), by)

    gradient = vmap(grad(loss))
    n = len(x)
    per_epoch = -(-n // BATCH)
    step = 0
    for _ in range(epochs):
        orders = torch.stack([torch.randperm(n) for _ in range(stack)])
        for i in range(0, n, BATCH):
            batch = orders[:, i : i + BATCH]
            lr = schedule(step, epochs * per_epoch, rate)
            g = gradient(params, x[batch], y[batch])
            for k, p in params.items():
                velocity[k].mul_(0.9).add_(g[k]).add_(p, alpha=5e-4)
                p.sub_(velocity[k], alpha=lr)
            step += 1
    return stack


def measure(train, case, x, y, seconds):
    train(case, x, y)
    models, start = 0, time.perf_counter()
    while models == 0 or time.perf_counter() - start < seconds:
        models += train(case, x, y)
    return models / (time.perf_counter() - start) * 3600


def worker(arguments):
    train, case, folder, seconds = arguments
    torch.set_num_threads(1)
    images = CASES[case][0]
    x, y = (t[:images] for t in load(folder))
    if case in ("cnn", "resnet9"):
        x = x.reshape(-1, 1, 28, 28).contiguous(memory_format=torch.channels_last)
    return measure({"loop": loop, "vmap": stacked}[train], case, x, y, seconds)


if __name__ == "__main__":
    case, folder, threads, seconds = sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4])
    result = {"versions": f"PyTorch {torch.__version__}"}
    with multiprocessing.get_context("spawn").Pool(threads) as pool:
        for train in ("loop", "vmap"):
            result[train] = sum(pool.map(worker, [(train, case, folder, seconds)] * threads, chunksize=1))
    print(json.dumps(result))
