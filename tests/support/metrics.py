"""Prometheus text, parsed as far as assertions need."""

import re

SAMPLE = re.compile(r"^([A-Za-z_:][\w:]*)(?:\{(.*)\})? (\S+)$")
LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')


class Metrics:
    """`samples` maps (name, frozenset of label pairs) to a value."""

    def __init__(self, text):
        self.samples = {}
        for line in text.splitlines():
            if line and not line.startswith("#"):
                name, labels, value = SAMPLE.match(line).groups()
                self.samples[name, frozenset(LABEL.findall(labels or ""))] = float(value)

    @property
    def names(self):
        return {name for name, _ in self.samples}

    def total(self, name, **labels):
        """The sum of all samples of `name` that carry these labels; None when there is none."""
        wanted = set(labels.items())
        found = [value for (n, have), value in self.samples.items() if n == name and wanted <= have]
        return sum(found) if found else None
