#!/usr/bin/env bash
# Makes the pools that docs/results uses, in the folder given; what is there already is not made again, so it can be
# stopped and started. Fashion-MNIST's original files lie in the folder $FASHION (Debian: dataset-fashion-mnist).
#   docs/results/pools.sh OUT [softmax|mlp|cnn]…
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
out=${1:?a folder for the studies}
shift
fashion=${FASHION:-/usr/share/datasets/fashion-mnist}
whence=$root/whence
mkdir -p "$out"

# 5,000 training images, 500 of each class, and 1,000 test images of the original files.
data() {
  test -d "$out/fm5k" || python3 "$root/peers/data/draw_fashion_mnist.py" "$fashion" "$out/fm5k" 500 100
}

# NAME MODELS: trains, fits, judges.
pool() {
  "$whence" train "$out/$1" --models "$2"
  "$whence" fit "$out/$1"
  test -f "$out/$1/evaluation.json" || "$whence" evaluate "$out/$1"
}

softmax() { # 2,000 units, 500 targets, α = 0.5; and pools of the study at other α
  test -d "$out/softmax" || "$whence" init "$out/softmax" --data bundled --learner softmax --seed 1 --repeats 100x10
  pool softmax 4000
  "$whence" train "$out/softmax" --pool fresh --models 3000 --repeats 0x1
  "$whence" train "$out/softmax" --pool a75 --alpha 0.75 --models 3000 --repeats 0x1
  "$whence" train "$out/softmax" --pool a90 --alpha 0.9 --models 3000 --repeats 0x1
}

mlp() { # 5,000 units, 1,000 targets
  data
  test -d "$out/mlp" || "$whence" init "$out/mlp" --data "$out/fm5k" --learner mlp --seed 2 --repeats 50x5
  pool mlp 6000
}

cnn() { # 5,000 units, 1,000 targets
  data
  test -d "$out/cnn" ||
    "$whence" init "$out/cnn" --data "$out/fm5k" --learner cnn --set epochs=8 --set learningRate=0.05 --seed 5 --repeats 50x5
  pool cnn 3000
}

for study in "${@:-softmax mlp}"; do
  for one in $study; do "$one"; done
done
