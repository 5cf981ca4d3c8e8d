"""Logistic regression of scikit-learn as a learner:

    whence init S --data bundled --learner process --set 'command=["python3","python/examples/sklearn_logistic.py"]'
"""
import whence_worker
from sklearn.linear_model import LogisticRegression


def train(run):
    model = LogisticRegression(C=0.01, max_iter=50)
    model.fit(run.x.reshape(len(run.x), -1) / 255, run.y)
    return lambda x: model.decision_function(x.reshape(len(x), -1) / 255)


whence_worker.serve(train)
