#!/usr/bin/env python3
"""Draws the last results of `tools/bench scheduler`: plot.py [ROWS.jsonl] [PICTURE.svg]

One row per phase, one bar per policy: what a usable answer cost in the phase's last window, next to
what it would have cost whoever knew the truth. Who broke the quality floor is drawn pale.
"""
import json
import sys
from html import escape
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
BEST = "knows the truth"
POLICIES = {"Headgate, cost": "headgate", "cheapest list price": "cheapest", "fixed order": "fixed",
            "1/price²": "inverse", "round robin": "robin"}
NOTES = {"list price x3": "of the favourite, in the catalog", "longer answers": "of the favourites, unannounced",
         "worse answers": "of the favourites, unannounced", "rolling outage": "each vendor, four minutes"}
WIDTH, LEFT, RIGHT, BAR, GAP, ROW_GAP, TOP = 760, 210, 60, 11, 3, 16, 84
# Mid tones, readable on white and on dark even where the media query is ignored.
STYLE = """
  text { font: 12px system-ui, sans-serif; fill: #6e7781; }
  .title { font-size: 15px; font-weight: 600; }
  .faint { fill: #768390; }
  .axis { stroke: #8c959f; stroke-width: 1; stroke-dasharray: 3 3; }
  .broken { fill-opacity: 0.35; }
  .headgate { fill: #1f883d; } .cheapest { fill: #0969da; } .fixed { fill: #8c959f; }
  .inverse { fill: #6639ba; } .robin { fill: #bc4c00; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; } .faint { fill: #9198a1; }
    .headgate { fill: #3fb950; } .cheapest { fill: #4493f8; } .inverse { fill: #a98ced; } .robin { fill: #db6d28; }
  }"""


def text(x: float, y: float, content: str, css: str = "", anchor: str = "start") -> str:
    return (f'<text x="{x:.1f}" y="{y:.1f}" class="{css}" text-anchor="{anchor}">'
            f"{escape(content)}</text>")


def box(x: float, y: float, width: float, height: float, css: str) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height}" rx="2" class="{css}"/>'


def legend() -> list[str]:
    shapes, x = [], float(LEFT)
    for name, css in POLICIES.items():
        shapes += [box(x, 34, 12, 12, css), text(x + 17, 44, name)]
        x += 28 + 6.4 * len(name)
    return shapes + [box(LEFT, 54, 12, 12, "fixed broken"),
                     text(LEFT + 17, 64, "pale: more than one answer in twenty from models below the quality floor")]


def draw(rows: list[dict]) -> str:
    cost = {(row["phase"], row["policy"]): row for row in rows if row["cost"] is not None}
    phases = list(dict.fromkeys(row["phase"] for row in rows))
    ratio = {key: row["cost"] / cost[key[0], BEST]["cost"] for key, row in cost.items()}
    scale = (WIDTH - LEFT - RIGHT) / max(value for (_, policy), value in ratio.items() if policy in POLICIES)
    shapes, y = legend(), TOP
    for phase in phases:
        middle = y + len(POLICIES) * (BAR + GAP) / 2
        shapes += [text(LEFT - 14, middle - 2, phase.replace(" x", " × "), anchor="end"),
                   text(LEFT - 14, middle + 13, NOTES.get(phase, ""), "faint", "end")]
        for policy, css in POLICIES.items():
            if (phase, policy) not in cost:
                continue  # answered nothing
            css += " broken" if cost[phase, policy]["breaks_floor"] else ""
            shapes += [box(LEFT, y, ratio[phase, policy] * scale, BAR, css),
                       text(WIDTH - 16, y + 10, f"{ratio[phase, policy]:.2f}", anchor="end")]
            y += BAR + GAP
        y += ROW_GAP
    axis = f'<path d="M{LEFT + scale:.1f} {TOP - 8}V{y - 8}" class="axis"/>'
    title = "Cost of a usable answer, relative to whoever knows the truth (shorter is better)"
    note = f"simulated, mean of {rows[0]['seeds']} seeds, last ten minutes of each phase"
    height = y + 22
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" '
        f'height="{height}" role="img" aria-label="{escape(title)}">', f"<style>{STYLE}\n</style>",
        text(16, 22, title, "title"), axis, *shapes, text(16, height - 10, note, "faint"), "</svg>", ""])


def main() -> None:
    given = sys.argv[1:]
    rows = Path(given[0]) if given else ROOT / "build/bench/scheduler.jsonl"
    picture = Path(given[1]) if len(given) > 1 else ROOT / "docs/scheduler.svg"
    picture.write_text(draw([json.loads(line) for line in rows.read_text().splitlines()]))
    print(picture)


if __name__ == "__main__":
    main()
