"""The rows of the difficulty: questions with what a weak and a strong model scored on them."""
import gzip
import json
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy

RUN = 6  # words
COMMON = 30  # rows: a run in more of them is boilerplate


@dataclass
class Outcomes:
    texts: list[str]
    weak: numpy.ndarray
    strong: numpy.ndarray
    sources: numpy.ndarray
    copies: numpy.ndarray  # near copies of each other have the same number

    @property
    def uplift(self) -> numpy.ndarray:
        return self.strong - self.weak

    @property
    def mmlu(self) -> numpy.ndarray:
        return numpy.char.startswith(self.sources, "mmlu_")


def read(path: Path) -> Outcomes:
    with gzip.open(path, "rt") as file:
        rows = [json.loads(line) for line in file]
    texts = [row["text"] for row in rows]
    return Outcomes(texts, numpy.array([float(row["weak"]) for row in rows]),
                    numpy.array([float(row["strong"]) for row in rows]),
                    numpy.array([row["source"] for row in rows]), near_copies(texts))


def near_copies(texts: list[str]) -> numpy.ndarray:
    """Rows that share three runs of six words and a fifth of what the shorter one has, and what hangs together so."""
    runs = [runs_of(text) for text in texts]
    frequency = Counter(run for mine in runs for run in mine)
    rare = [{run for run in mine if frequency[run] <= COMMON} for mine in runs]
    holders = defaultdict(list)
    for row, mine in enumerate(rare):
        for run in mine:
            holders[run].append(row)
    shared = Counter(pair for rows in holders.values() for pair in combinations(rows, 2))
    parent = list(range(len(texts)))
    for (a, b), count in shared.items():
        if count >= 3 and count >= 0.2 * min(len(rare[a]), len(rare[b])):
            join(parent, a, b)
    first = {}
    for row, text in enumerate(texts):  # the same text may be too short for a run
        join(parent, row, first.setdefault(text, row))
    return numpy.array([root(parent, row) for row in range(len(texts))])


def runs_of(text: str) -> set[str]:
    words = re.findall(r"\w+", text.lower())
    return {" ".join(words[i:i + RUN]) for i in range(max(1, len(words) - RUN + 1))}


def root(parent: list[int], row: int) -> int:
    while parent[row] != row:
        parent[row] = parent[parent[row]]
        row = parent[row]
    return row


def join(parent: list[int], a: int, b: int) -> None:
    """The first row of a group is its root, in whatever order pairs come."""
    low, high = sorted((root(parent, a), root(parent, b)))
    parent[high] = low
