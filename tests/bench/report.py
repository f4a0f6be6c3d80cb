"""Turns the rows of results.jsonl into the Markdown table, with a verdict on every goal."""
import statistics
from dataclasses import dataclass

BASE, JUDGED = "nginx", "headgate"
GOALS_OF = {"goals": JUDGED, "policy_goals": "headgate-policy"}
NAMES = {"direct": "direct", "nginx": "nginx", "haproxy": "HAProxy", "headgate": "Headgate",
         "headgate-policy": "Headgate, full policy", "portkey": "Portkey"}
MEMORY_COLUMNS = {
    "idle_mib": "idle, MiB", "client_kib": "per idle client, KiB",
    "live_mib": "1,000 live streams, MiB", "burst_mib": "after 256 bodies of 1 MB, MiB",
    "after_mib": "at most 10 s later, MiB",
}


@dataclass
class Spread:
    low: float
    median: float
    high: float

    def text(self, digits: int) -> str:
        return f"{self.median:.{digits}f} [{self.low:.{digits}f}-{self.high:.{digits}f}]"


def spread(values: list[float]) -> Spread | None:
    """Median and quartiles; None without values."""
    if not values:
        return None
    if len(values) == 1:
        return Spread(values[0], values[0], values[0])
    low, median, high = statistics.quantiles(values, n=4, method="inclusive")
    return Spread(low, median, high)


def verdict(value: Spread, goal: float) -> str:
    """Noise alone does not fail a goal: the lower quartile has to miss it too."""
    if value.median <= goal:
        return "pass"
    return "unclear" if value.low <= goal else "FAIL"


class Scenario:
    """The rounds of one scenario, by target."""

    def __init__(self, description: dict, rows: list[dict]):
        self.description = description
        self.rounds: dict[str, dict[int, dict]] = {}
        for row in rows:
            if row["kind"] == "round" and row["scenario"] == description["name"]:
                self.rounds.setdefault(row["target"], {})[row["round"]] = row

    def per_event(self) -> bool:
        return self.description.get("per") == "event"

    def latency(self, target: str, number: int) -> float | None:
        """p50 of the answers, in us."""
        row = self.rounds.get(target, {}).get(number, {})
        return row["latency_us"]["p50"] if "latency_us" in row else None

    def gap_ms(self, target: str) -> Spread | None:
        """p99 of the time between two reads of a stream: high when a proxy holds events back."""
        rows = self.rounds.get(target, {}).values()
        return spread([row["gap_us"]["p99"] / 1000 for row in rows if "gap_us" in row])

    def added(self, target: str, number: int) -> float | None:
        mine, direct = self.latency(target, number), self.latency("direct", number)
        return None if mine is None or direct is None else mine - direct

    def values(self, target: str, key: str) -> list[float]:
        return [row[key] for row in self.rounds.get(target, {}).values()]

    def cpu(self, target: str) -> Spread | None:
        return spread(self.values(target, "cpu_us"))

    def cpu_ratio(self, target: str) -> Spread | None:
        mine, base = self.rounds.get(target, {}), self.rounds.get(BASE, {})
        return spread([mine[n]["cpu_us"] / base[n]["cpu_us"] for n in mine
                       if n in base and base[n]["cpu_us"] > 0])

    def added_latency(self, target: str) -> Spread | None:
        added = (self.added(target, n) for n in self.rounds.get(target, {}))
        return spread([us for us in added if us is not None])

    def latency_ratio(self, target: str) -> Spread | None:
        """Of the added p50; a round in which nginx added nothing tells nothing."""
        pairs = [(self.added(target, n), self.added(BASE, n)) for n in self.rounds.get(target, {})]
        return spread([mine / base for mine, base in pairs
                       if mine is not None and base is not None and base > 0])

    def errors(self, target: str) -> int:
        return sum(self.values(target, "errors"))

    def judge(self) -> list[tuple[str, str]]:
        """Each goal of this scenario, and whether Headgate reaches it."""
        ratios = {"cpu": ("CPU", self.cpu_ratio), "latency": ("added p50", self.latency_ratio)}
        found = []
        for of, target in GOALS_OF.items():
            for key, goal in self.description.get(of, {}).items():
                name, ratio = ratios[key]
                value = ratio(target)
                if value is None:
                    continue
                errors = self.errors(target)
                mark = f"FAIL ({errors} errors)" if errors else verdict(value, goal)
                found.append((f"{NAMES[target]}: {name} <= {goal:g} x nginx: {value.text(2)}", mark))
        return found


def cell(value: Spread | None, digits: int) -> str:
    return value.text(digits) if value else "-"


def row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def request_table(scenario: Scenario) -> list[str]:
    lines = ["| | CPU us/request | x nginx | added p50, us | x nginx | requests/s | errors |",
             row(["---"] * 7)]
    for target in scenario.rounds:
        rate = statistics.median(scenario.values(target, "per_second"))
        measured = ["-"] * 4 if target == "direct" else [
            cell(scenario.cpu(target), 1), cell(scenario.cpu_ratio(target), 2),
            cell(scenario.added_latency(target), 0), cell(scenario.latency_ratio(target), 2)]
        lines.append(row([NAMES[target], *measured, f"{rate:,.0f}", str(scenario.errors(target))]))
    return lines


def stream_table(scenario: Scenario) -> list[str]:
    lines = ["| | CPU us/event | x nginx | p99 between events, ms | errors |", row(["---"] * 5)]
    for target in scenario.rounds:
        measured = ["-"] * 2 if target == "direct" else [
            cell(scenario.cpu(target), 1), cell(scenario.cpu_ratio(target), 2)]
        lines.append(row([NAMES[target], *measured, cell(scenario.gap_ms(target), 1),
                          str(scenario.errors(target))]))
    return lines


def scenario_table(scenario: Scenario) -> list[str]:
    title = f"### {scenario.description['name']}: {scenario.description['title']}"
    of_its_kind = stream_table if scenario.per_event() else request_table
    return [title, "", *of_its_kind(scenario), ""]


def memory_table(rows: list[dict]) -> list[str]:
    columns = ["", *MEMORY_COLUMNS.values(), "errors"]
    lines = ["### memory: resident set of a freshly started process", "",
             row(columns), row(["---"] * len(columns))]
    for one in rows:
        sizes = [f"{one[key]:.1f}" for key in MEMORY_COLUMNS]
        lines.append(row([NAMES[one["target"]], *sizes, str(one["errors"])]))
    return lines + [""]


def judge_memory(goals: dict, rows: list[dict]) -> list[tuple[str, str]]:
    found = []
    for one in rows:
        if one["target"] != JUDGED:
            continue
        for key, goal in goals.items():
            mark = "pass" if one[key] <= goal else "FAIL"
            if one["errors"]:
                mark = f"FAIL ({one['errors']} loads with errors)"
            found.append((f"{MEMORY_COLUMNS[key]} <= {goal:g}: {one[key]:.1f}", mark))
    return found


WHAT_IS_ON = {
    "headgate": "release build, 1 worker, `auth: required` (every request's key is checked), routing by "
                "`model: auto`, every stream event parsed, usage and cost accounted, metrics on, logged requests: "
                "{headgate_log_requests}, upstream certificate verified",
    "headgate-policy": "the same, with three rules, a pool of three models of different quality (every request is "
                       "classified, and its difficulty weighed), two budgets to reserve from",
    "nginx": "1 worker, no access log, upstream keep-alive pool of 256, the key replaced, streams "
             "unbuffered, upstream certificate not verified",
    "haproxy": "1 thread, no log, connection reuse, `http-no-delay`, the key replaced, upstream certificate "
               "not verified",
    "portkey": "Node, defaults; fewer requests per round, as it is much slower",
}


def what_is_on(about: dict) -> list[str]:
    versions = ", ".join(f"{NAMES[name]} {number}" for name, number in about["versions"].items())
    machine = f"{about['cores']} cores of {about['cpu']}, Linux {about['kernel']}"
    settings = [f"- {NAMES[name]}: {WHAT_IS_ON[name].format(**about)}." for name in about["versions"]]
    return [f"{about['date']}, {machine}; {versions}. {about['rounds']} rounds; cells are median [quartiles], "
            "ratios are taken inside one round.", "", *settings,
            "- Load and mock upstream share one core, each proxy has another to itself.", ""]


def goals_table(judged: list[tuple[str, str, str]]) -> list[str]:
    if not judged:
        return []
    lines = ["### goals", "", "| scenario | goal: measured | |", "| --- | --- | --- |"]
    return lines + [row(list(one)) for one in judged] + [""]


def table(suite: dict, rows: list[dict]) -> tuple[str, bool]:
    """The Markdown text, and whether a goal was missed."""
    about = next(row for row in rows if row["kind"] == "about")
    memory = [row for row in rows if row["kind"] == "memory"]
    scenarios = [Scenario(description, rows) for description in suite["scenarios"]]
    ran = [scenario for scenario in scenarios if scenario.rounds]
    judged = [(s.description["name"], *found) for s in ran for found in s.judge()]
    judged += [("memory", *found) for found in judge_memory(suite["memory"]["goals"], memory)]
    lines = what_is_on(about) + goals_table(judged)
    for scenario in ran:
        lines += scenario_table(scenario)
    if memory:
        lines += memory_table(memory)
    return "\n".join(lines), any(mark.startswith("FAIL") for _, _, mark in judged)
