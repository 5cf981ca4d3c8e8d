"""A small convolutional network of PyTorch as a learner:

    whence init S --data bundled --learner process --set 'command=["python3","python/examples/torch_cnn.py"]'
"""
import torch
import whence_worker
from torch import nn


def tensor(x):
    return torch.from_numpy(x.astype("float32")).reshape(len(x), 1, 28, 28) / 255 - 0.5


def train(run):
    torch.manual_seed(run.seed)
    model = nn.Sequential(
        nn.Conv2d(1, 16, 3, stride=2, padding=1), nn.ReLU(),
        nn.Conv2d(16, 32, 3, stride=2, padding=1), nn.ReLU(),
        nn.Flatten(), nn.Linear(32 * 7 * 7, run.data.classes),
    )
    x, y = tensor(run.x), torch.from_numpy(run.y)
    epochs, batch = 6, 64
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9, weight_decay=5e-4)
    steps = epochs * -(-len(x) // batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 0.1, total_steps=steps, anneal_strategy="linear")
    for _ in range(epochs):
        for part in torch.randperm(len(x)).split(batch):
            optimizer.zero_grad()
            nn.functional.cross_entropy(model(x[part]), y[part]).backward()
            optimizer.step()
            schedule.step()

    def predict(targets):
        with torch.no_grad():
            return model(tensor(targets))

    return predict


whence_worker.serve(train)
