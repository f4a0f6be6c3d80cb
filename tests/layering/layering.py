#!/usr/bin/env python3
"""Holds the sources against the table of components in docs/architecture.md and the house's nevers.

Usage: layering.py ROOT. Prints one line per breach and fails when there is any.
"""

import re
import sys
from pathlib import Path

import rules
from sources import sources

LINE = "Asio begins"


class Table:
    """| component | holds | may include |, from the ground up; pure above the row that says where Asio begins."""

    def __init__(self, text):
        rows = [[cell.strip() for cell in line.strip().strip("|").split("|")]
                for line in text.splitlines() if line.lstrip().startswith("|")]
        start = next(i for i, row in enumerate(rows) if row[::2] == ["component", "may include"]) + 2
        self.allowed, self.pure, below = {}, set(), False
        for row in rows[start:]:
            if LINE in " ".join(row):
                below = True
                continue
            if len(row) != 3 or not re.fullmatch(r"`?[a-z_]+`?", row[0]):
                break
            name = row[0].strip("`")
            self.allowed[name] = set(re.findall(r"[a-z_]+", row[2])) | {name}
            if not below:
                self.pure.add(name)
        if not below or not self.pure:
            raise SystemExit("docs/architecture.md has no table of components with a row where Asio begins")


def unknown_names(table):
    for name, allowed in table.allowed.items():
        for other in sorted(allowed - table.allowed.keys()):
            yield f"docs/architecture.md: {name} may include {other}, which is no component of the table"


def breaches(root):
    table = Table(Path(root, "docs/architecture.md").read_text())
    yield from unknown_names(table)
    for source in sources(root, "include", "src", "tests"):
        for rule in rules.ALL:
            for line, complaint in rule(source, table):
                yield f"{source.name}:{line}: {complaint}"


def main(root):
    found = list(breaches(root))
    print("\n".join(found) if found else "every #include is an arrow of docs/architecture.md")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
