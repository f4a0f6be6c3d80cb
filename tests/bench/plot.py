#!/usr/bin/env python3
"""Draws the last results of tools/bench: plot.py [RESULTS.jsonl] [PICTURE.svg]

One row per scenario, one bar per proxy: its median ratio to nginx in the same round, and a tick
where Headgate's goal is. Portkey is off this scale and is left to the table.
"""
import json
import sys
from html import escape
from pathlib import Path

from report import NAMES, Scenario, Spread

ROOT = Path(__file__).resolve().parent.parent.parent
DRAWN = ("nginx", "haproxy", "headgate")
WIDTH, LEFT, RIGHT, BAR, GAP, ROW_GAP, TOP = 760, 250, 60, 14, 4, 18, 64
# Mid tones, readable on white and on dark even where the media query is ignored.
STYLE = """
  text { font: 12px system-ui, sans-serif; fill: #6e7781; }
  .title { font-size: 15px; font-weight: 600; }
  .faint { fill: #768390; }
  .axis { stroke: #8c959f; stroke-width: 1; stroke-dasharray: 3 3; }
  .goal { stroke: #cf222e; stroke-width: 2; }
  .nginx { fill: #8c959f; } .haproxy { fill: #6639ba; } .headgate { fill: #1f883d; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; } .faint { fill: #9198a1; }
    .haproxy { fill: #a98ced; } .headgate { fill: #3fb950; } .goal { stroke: #f85149; }
  }"""


def text(x: float, y: float, content: str, css: str = "", anchor: str = "start") -> str:
    return (f'<text x="{x:.1f}" y="{y:.1f}" class="{css}" text-anchor="{anchor}">'
            f"{escape(content)}</text>")


class Picture:
    def __init__(self, longest: float):
        self.scale = (WIDTH - LEFT - RIGHT) / longest
        self.shapes: list[str] = []
        self.y = TOP

    def x(self, ratio: float) -> float:
        return LEFT + ratio * self.scale

    def legend(self, drawn: list[str]) -> None:
        x = LEFT
        for target in drawn:
            self.shapes.append(f'<rect x="{x}" y="36" width="12" height="12" class="{target}"/>')
            self.shapes.append(text(x + 17, 46, NAMES[target]))
            x += 95
        self.shapes.append(f'<path d="M{x + 6} 35v14" class="goal"/>')
        self.shapes.append(text(x + 14, 46, "Headgate's goal, at most"))

    def bar(self, target: str, ratio: Spread, goal: float | None) -> None:
        self.shapes.append(f'<rect x="{LEFT}" y="{self.y}" width="{ratio.median * self.scale:.1f}" '
                           f'height="{BAR}" rx="2" class="{target}"/>')
        if goal:
            self.shapes.append(f'<path d="M{self.x(goal):.1f} {self.y - 2}v{BAR + 4}" class="goal"/>')
        self.shapes.append(text(WIDTH - 16, self.y + 11, f"{ratio.median:.2f}", anchor="end"))
        self.y += BAR + GAP

    def row(self, title: str, unit: str, bars: list[tuple[str, Spread, float | None]]) -> None:
        middle = self.y + len(bars) * (BAR + GAP) / 2
        self.shapes += [text(LEFT - 14, middle - 2, title, anchor="end"),
                        text(LEFT - 14, middle + 13, unit, "faint", "end")]
        for one in bars:
            self.bar(*one)
        self.y += ROW_GAP

    def svg(self, title: str, note: str) -> str:
        axis = f'<path d="M{self.x(1):.1f} {TOP - 8}V{self.y - 8}" class="axis"/>'
        height = self.y + 22
        return "\n".join([
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
            f'width="{WIDTH}" height="{height}" role="img" aria-label="{escape(title)}">',
            f"<style>{STYLE}\n</style>", text(16, 22, title, "title"), axis, *self.shapes,
            text(16, height - 10, note, "faint"), "</svg>", ""])


def bars(scenario: Scenario) -> tuple[str, list[tuple[str, Spread, float | None]]]:
    """What the scenario's goal is about, and each proxy's ratio in it."""
    goals = scenario.description["goals"]
    latency = "latency" in goals
    ratio = scenario.latency_ratio if latency else scenario.cpu_ratio
    unit = "added latency, p50" if latency else f"CPU per {scenario.description.get('per', 'request')}"
    goal = next(iter(goals.values()))
    found = [(target, ratio(target), goal if target == "headgate" else None) for target in DRAWN]
    return unit, [one for one in found if one[1]]


def draw(suite: dict, rows: list[dict]) -> str:
    about = next(row for row in rows if row["kind"] == "about")
    scenarios = [Scenario(description, rows) for description in suite["scenarios"]]
    parts = [(s.description.get("label", s.description["name"]), *bars(s))
             for s in scenarios if s.rounds]
    longest = max(max(r.median, goal or 0) for _, _, found in parts for _, r, goal in found)
    picture = Picture(longest)
    picture.legend([target for target in DRAWN if any(target == t for p in parts for t, *_ in p[2])])
    for part in parts:
        picture.row(*part)
    versions = ", ".join(f"{NAMES[t]} {v}" for t, v in about["versions"].items() if t in DRAWN)
    note = f"{about['date']}, median of {about['rounds']} paired rounds, one worker each; {versions}"
    return picture.svg("Cost of a request, relative to nginx (shorter is better)", note)


def main() -> None:
    given = sys.argv[1:]
    results = Path(given[0]) if given else ROOT / "build/bench/results.jsonl"
    picture = Path(given[1]) if len(given) > 1 else ROOT / "docs/bench.svg"
    suite = json.loads((Path(__file__).parent / "suite.json").read_text())
    rows = [json.loads(line) for line in results.read_text().splitlines()]
    picture.write_text(draw(suite, rows))
    print(picture)


if __name__ == "__main__":
    main()
