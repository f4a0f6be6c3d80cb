"""Texts to matrices, by the gateway's own code: the program `features` prints what it sees."""
import struct
import subprocess
from pathlib import Path

import numpy
from scipy import sparse

GROUPS = 6
DILUTED = (0, 1)  # words, pairs: a word counts for less among many
# How the gateway keeps names: so many buckets, four names each; a name is a tag and the number of its bucket.
BUCKET_BITS, BUCKET_SIZE = 13, 4


class Extractor:
    def __init__(self, program: Path, lexicon: Path):
        self.command = [str(program), str(lexicon)]
        self.digest = 0

    def read(self, texts: list[str]):
        """Per text: the number of features emitted in each group, and (group, name) pairs."""
        sent = b"".join(struct.pack("<I", len(t)) + t for t in (text.encode() for text in texts))
        out = subprocess.run(self.command, input=sent, stdout=subprocess.PIPE, check=True).stdout
        self.digest = struct.unpack_from("<Q", out)[0]
        words = numpy.frombuffer(out, "<u4", offset=8)
        rows, at = [], 0
        for _ in texts:
            emitted, count = words[at:at + GROUPS], int(words[at + GROUPS])
            at += GROUPS + 1
            rows.append((emitted, words[at:at + 2 * count].reshape(-1, 2)))
            at += 2 * count
        return rows


def vocabulary(rows, families, least_families: int, least_rows: int) -> dict[int, tuple[int, int]]:
    """Features of enough families of texts, as name -> (column, group). Names ascend with columns."""
    seen: dict[int, set] = {}
    count: dict[int, int] = {}
    group: dict[int, int] = {}
    for (_, pairs), family in zip(rows, families):
        for g, name in pairs.tolist():
            seen.setdefault(name, set()).add(family)
            count[name] = count.get(name, 0) + 1
            group[name] = g
    kept = sorted(n for n in seen if len(seen[n]) >= least_families and count[n] >= least_rows)
    return {name: (column, group[name]) for column, name in enumerate(kept)}


def loudest(names, loudness, limit: int) -> list[int]:
    """Places of the loudest names that the gateway has room for, in ascending order."""
    room = [BUCKET_SIZE] * 2**BUCKET_BITS
    kept = []
    for place in sorted(range(len(names)), key=lambda i: (-loudness[i], names[i])):
        bucket = int(names[place]) % 2**BUCKET_BITS
        if int(names[place]) >> BUCKET_BITS == 0 or room[bucket] == 0:
            continue
        room[bucket] -= 1
        kept.append(place)
        if len(kept) == limit:
            break
    return sorted(kept)


def matrix(rows, known, strength) -> sparse.csr_matrix:
    """Values as the gateway has them, times the strength of the group."""
    values, columns, ends = [], [], [0]
    for emitted, pairs in rows:
        for g, name in pairs.tolist():
            entry = known.get(name)
            if entry is None:
                continue
            dilution = max(float(emitted[g]), 1.0) ** 0.5 if g in DILUTED else 1.0
            columns.append(entry[0])
            values.append(strength[g] / dilution)
        ends.append(len(columns))
    return sparse.csr_matrix((values, columns, ends), shape=(len(rows), len(known)), dtype=numpy.float64)
