"""One log-linear model over features, and the file that the gateway reads."""
import struct
from collections import Counter
from dataclasses import dataclass

import numpy
from sklearn.linear_model import LogisticRegression

from corpus import LABELS
from features import GROUPS, loudest, matrix, vocabulary

# How strongly a group may speak, before the common penalty: words, pairs, edges, concepts, concept pairs, structure.
STRENGTH = [2.0, 2.0, 0.4, 0.5, 0.4, 0.3]
PENALTY = 2.0
# Templates count as much as so many times the rows; rows that we labelled, as this share of them.
TEMPLATES, OURS = 3.0, 0.67
BUDGET = 1500.0
FEATURES = 12_000


@dataclass
class Part:
    """Texts that share a weight. What is alike in balance counts with the root of its number."""
    rows: list
    labels: list[int]
    families: list[str]
    balance: list
    budget: float

    def weights(self) -> numpy.ndarray:
        size = Counter(self.balance)
        raw = numpy.array([size[key] ** -0.5 for key in self.balance])
        return raw / raw.sum() * self.budget


@dataclass
class Model:
    known: dict[int, tuple[int, int]]
    weights: numpy.ndarray  # features x labels
    bias: numpy.ndarray

    def logits(self, rows) -> numpy.ndarray:
        return matrix(rows, self.known, STRENGTH) @ self.weights + self.bias


def fit(parts: list[Part]) -> Model:
    rows = [row for part in parts for row in part.rows]
    labels = [label for part in parts for label in part.labels]
    families = [family for part in parts for family in part.families]
    weights = numpy.concatenate([part.weights() for part in parts])
    known = vocabulary(rows, families, least_families=2, least_rows=3)
    learner = LogisticRegression(C=PENALTY, max_iter=200, tol=1e-3)
    learner.fit(matrix(rows, known, STRENGTH), labels, sample_weight=weights)
    assert list(learner.classes_) == list(range(len(LABELS)))
    return pruned(Model(known, learner.coef_.T.copy(), learner.intercept_.copy()))


def pruned(model: Model) -> Model:
    """The features that say most."""
    names = list(model.known)
    loudness = numpy.abs(model.weights).max(axis=1)
    kept = loudest(names, loudness, FEATURES)
    known = {names[i]: (column, model.known[names[i]][1]) for column, i in enumerate(kept)}
    return Model(known, model.weights[kept], model.bias)


def rounded(model: Model, temperature: float):
    """As the file holds it: bytes with a scale a group. Returns the file's parts and the model they stand for."""
    groups = numpy.array([group for _, group in model.known.values()])
    scales = numpy.zeros(GROUPS, numpy.float32)
    whole = numpy.zeros(model.weights.shape, numpy.int8)
    for group in range(GROUPS):
        mine = groups == group
        if not mine.any():
            continue
        scales[group] = numpy.abs(model.weights[mine]).max() / 127
        whole[mine] = numpy.rint(model.weights[mine] / scales[group])
    bias = (model.bias / temperature).astype(numpy.float32)
    stood_for = Model(model.known, whole * scales[groups][:, None] / temperature, bias)
    effective = (scales * numpy.array(STRENGTH) / temperature).astype(numpy.float32)
    return whole, effective, bias, stood_for


def encode(model: Model, whole, scales, bias, digest: int) -> bytes:
    names = numpy.array(list(model.known), "<u4")
    head = b"HGCW" + struct.pack("<IQI", 2, digest, len(names))
    return head + bias.astype("<f4").tobytes() + scales.astype("<f4").tobytes() + names.tobytes() + whole.tobytes()
