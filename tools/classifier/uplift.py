"""One linear model of what a strong model gains, over words and pairs of words, and the file that the gateway reads."""
import struct
from dataclasses import dataclass

import numpy
from scipy import sparse
from scipy.optimize import nnls
from sklearn.linear_model import Ridge

from features import loudest, matrix
from outcomes import Outcomes

GROUPS = 2  # words, pairs
STRENGTH = [1.0] * GROUPS
PENALTY = 5.0
# What is learned is a row's uplift, shrunk towards that of its source: one answer of either model says little.
OWN_SHARE = 0.4
PRIOR = 20  # rows: how much the mean of all says about a source
LEAST_TEXTS = 3
FEATURES = 8_000
# Where the line from score to uplift may bend: shares of the rows that are below.
BENDS = (0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99)
LEAST_RISE = 0.002  # a higher score is a higher difficulty


class Texts:
    """All texts as a matrix of all their features; models choose columns. `examples` are not learned from."""

    def __init__(self, extractor, texts: list[str], examples: list[str]):
        rows = [(emitted, pairs[pairs[:, 0] < GROUPS]) for emitted, pairs in extractor.read(texts + examples)]
        groups = {name: group for _, pairs in rows for group, name in pairs.tolist()}
        self.names = numpy.array(sorted(groups), "<u4")
        self.groups = numpy.array([groups[name] for name in self.names.tolist()])
        known = {name: (column, groups[name]) for column, name in enumerate(self.names.tolist())}
        values = matrix(rows, known, STRENGTH)
        self.values, self.examples = values[:len(texts)], values[len(texts):]

    def columns(self, outcomes: Outcomes, learned: numpy.ndarray) -> numpy.ndarray:
        """Features of enough texts that are no near copies of each other."""
        _, one_of_each = numpy.unique(outcomes.copies[learned], return_index=True)
        chosen = numpy.flatnonzero(learned)[one_of_each]
        return numpy.flatnonzero(self.values[chosen].getnnz(axis=0) >= LEAST_TEXTS)


@dataclass
class Model:
    columns: numpy.ndarray
    weights: numpy.ndarray
    bias: float

    def scores(self, values: sparse.csr_matrix) -> numpy.ndarray:
        return values[:, self.columns] @ self.weights + self.bias


def source_means(outcomes: Outcomes, learned: numpy.ndarray, prior: float = PRIOR) -> dict[str, float]:
    overall = outcomes.uplift[learned].mean()
    means = {}
    for source in numpy.unique(outcomes.sources):
        mine = outcomes.uplift[learned & (outcomes.sources == source)]
        means[source] = (mine.sum() + prior * overall) / (len(mine) + prior) if len(mine) + prior else overall
    return means


def fit(texts: Texts, outcomes: Outcomes, learned: numpy.ndarray) -> Model:
    means = source_means(outcomes, learned)
    of_source = numpy.array([means[source] for source in outcomes.sources])
    goal = OWN_SHARE * outcomes.uplift + (1 - OWN_SHARE) * of_source
    columns = texts.columns(outcomes, learned)
    mean = goal[learned].mean()
    # No intercept: a text of unknown words is expected to be like any.
    learner = Ridge(PENALTY, solver="sparse_cg", tol=1e-4, fit_intercept=False)
    learner.fit(texts.values[learned][:, columns], goal[learned] - mean)
    kept = loudest(texts.names[columns], numpy.abs(learner.coef_), FEATURES)
    return Model(columns[kept], learner.coef_[kept], float(mean))


@dataclass
class Calibration:
    """A rising line of straight pieces from score to uplift."""
    scores: numpy.ndarray
    uplifts: numpy.ndarray

    def __call__(self, scores: numpy.ndarray) -> numpy.ndarray:
        return numpy.interp(scores, self.scores, self.uplifts)


def calibration(scores: numpy.ndarray, uplift: numpy.ndarray) -> Calibration:
    """The line nearest to the uplift of rows that were left out."""
    bends = numpy.quantile(scores, BENDS)
    steps = numpy.array([numpy.interp(scores, bends, numpy.arange(len(bends)) >= i) for i in range(len(bends))]).T
    least = numpy.full(len(bends), LEAST_RISE)
    rises = nnls(steps, uplift - steps @ least)[0] + least
    return Calibration(bends.astype(numpy.float32), numpy.cumsum(rises).astype(numpy.float32))


@dataclass
class Shipped:
    """As the file holds it: bytes with a scale a group."""
    columns: numpy.ndarray
    whole: numpy.ndarray
    scales: numpy.ndarray
    calibrated: Calibration

    def difficulty(self, texts: Texts, values: sparse.csr_matrix) -> numpy.ndarray:
        weights = self.whole * self.scales[texts.groups[self.columns]]
        return self.calibrated(values[:, self.columns] @ weights)

    def encode(self, texts: Texts) -> bytes:
        reals = numpy.concatenate([self.scales, self.calibrated.scores, self.calibrated.uplifts]).astype("<f4")
        names = texts.names[self.columns].astype("<u4")
        head = b"HGUW" + struct.pack("<II", 2, len(self.columns))
        return head + reals.tobytes() + names.tobytes() + self.whole.tobytes()


def shipped(model: Model, texts: Texts, calibrated: Calibration) -> Shipped:
    columns, weights = model.columns, model.weights
    groups = texts.groups[columns]
    scales = numpy.array([numpy.abs(weights[groups == group]).max() / 127 for group in range(GROUPS)], numpy.float32)
    whole = numpy.rint(weights / scales[groups]).astype(numpy.int8)
    heard = whole != 0
    return Shipped(columns[heard], whole[heard], scales,
                   Calibration(calibrated.scores - numpy.float32(model.bias), calibrated.uplifts))
