#!/usr/bin/env python3
"""Draws the bundled subset of Fashion-MNIST from the original IDX files.

2,000 training images (200 a class) and 500 test images (50 a class), each chosen uniformly at random
within its class by random.Random(20221) and kept in the order of the original files.

    python3 draw_fashion_mnist.py [IDX_DIR] [OUT_DIR] [TRAIN_PER_CLASS TEST_PER_CLASS]

IDX_DIR defaults to /usr/share/datasets/fashion-mnist (Debian's package dataset-fashion-mnist).
Needs the standard library only; the gzip header carries no time, so the same input gives the same bytes.
"""
import gzip
import pathlib
import random
import struct
import sys

SOURCE = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "/usr/share/datasets/fashion-mnist")
TARGET = pathlib.Path(
    sys.argv[2]
    if len(sys.argv) > 2
    else pathlib.Path(__file__).parents[2] / "engine/src/main/resources/dev/whence/data/fashion-mnist"
)


def read(name):
    raw = gzip.decompress((SOURCE / name).read_bytes())
    rank = raw[3]
    shape = struct.unpack(f">{rank}I", raw[4 : 4 + 4 * rank])
    return shape, raw[4 + 4 * rank :]


def write(name, shape, body):
    header = bytes([0, 0, 8, len(shape)]) + struct.pack(f">{len(shape)}I", *shape)
    with open(TARGET / name, "wb") as out:
        with gzip.GzipFile(filename="", fileobj=out, mode="wb", compresslevel=9, mtime=0) as packed:
            packed.write(header + body)


def draw(part, per_class):
    (count, rows, columns), pixels = read(f"{part}-images-idx3-ubyte.gz")
    _, labels = read(f"{part}-labels-idx1-ubyte.gz")
    rng = random.Random(20221)
    chosen = sorted(
        i
        for c in range(10)
        for i in rng.sample([j for j in range(count) if labels[j] == c], per_class)
    )
    size = rows * columns
    images = b"".join(pixels[i * size : (i + 1) * size] for i in chosen)
    write(f"{part}-images-idx3-ubyte.gz", (len(chosen), rows, columns), images)
    write(f"{part}-labels-idx1-ubyte.gz", (len(chosen),), bytes(labels[i] for i in chosen))


TARGET.mkdir(parents=True, exist_ok=True)
draw("train", int(sys.argv[3]) if len(sys.argv) > 3 else 200)
draw("t10k", int(sys.argv[4]) if len(sys.argv) > 4 else 50)
