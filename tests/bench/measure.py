#!/usr/bin/env python3
"""Measures proxies against nginx, paired and interleaved; tools/bench is the way to call it.

In every round each target runs each scenario once, all targets of one scenario in a row, the order
rotated by the round, so that a drifting or busy machine hits all of them alike. The ratio to nginx
inside the same round is the number to trust; microseconds are not comparable between machines.
"""
import argparse
import datetime
import json
import os
import platform
import re
import signal
import subprocess
import sys
from pathlib import Path

import memory
import report
from processes import Processes, on_core, settled_cpu_ns, steal_ticks
from targets import HERE, STARTERS, Bench, Target, headgate_binary, missing, program


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tools/bench", description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--only", metavar="REGEX", default=".", type=re.compile,
                        help="targets to run; direct and nginx always do")
    parser.add_argument("--scenario", metavar="REGEX", default=".", type=re.compile,
                        help="scenarios to run, by name (c16-1.5k ... r1000, memory)")
    parser.add_argument("--quick", action="store_true", help="3 rounds only")
    parser.add_argument("--directory", type=Path, required=True, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.quick:
        options.rounds = min(options.rounds, 3)
    return options


def chosen_targets(only: re.Pattern) -> list[str]:
    chosen = []
    for name in STARTERS:
        needed = name in ("direct", "nginx")
        if not needed and not only.search(name):
            continue
        why = missing(name)
        if why and needed:
            sys.exit(why)
        if why:
            print(f"left out: {why}", file=sys.stderr)
        else:
            chosen.append(name)
    return chosen


def run_load(bench: Bench, target: Target, scenario: dict, requests: int) -> dict:
    headers = [part for h in target.headers(scenario["route"]) for part in ("--header", h)]
    command = [bench.directory / "load", "--port", target.ports[scenario["route"]], *headers,
               "--body", bench.directory / f"bodies/{scenario['body']}.json", *scenario["load"],
               "--requests", requests]
    done = subprocess.run(on_core(bench.core("load"), command), capture_output=True, text=True,
                          timeout=120)
    if not done.stdout:
        raise SystemExit(f"{target.name}, {scenario['name']}: {done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


def measure(bench: Bench, target: Target, scenario: dict, requests: int) -> dict:
    steal, cpu = steal_ticks(), settled_cpu_ns(target.pids)
    row = run_load(bench, target, scenario, requests)
    used = settled_cpu_ns(target.pids) - cpu
    units = row["events"] if scenario.get("per") == "event" else row["requests"]
    row |= {"cpu_us": used / 1000 / max(1, units), "steal": steal_ticks() - steal}
    return row


def run_rounds(bench: Bench, names: list[str], scenarios: list[dict], options) -> list[dict]:
    targets = [STARTERS[name](bench) for name in names]
    rows = []
    for number in range(options.rounds):
        turn = number % len(targets)
        for scenario in scenarios:
            for target in targets[turn:] + targets[:turn]:
                if target.name in scenario.get("skip", []):
                    continue
                if number == 0:  # connections are opened and caches warmed before it counts
                    run_load(bench, target, scenario, scenario["warm_up"])
                row = measure(bench, target, scenario, scenario["requests_if_slow" if target.slow else "requests"])
                rows.append({"kind": "round", "scenario": scenario["name"], "target": target.name,
                             "round": number} | row)
        print(f"round {number + 1} of {options.rounds}", file=sys.stderr)
    for target in targets:
        if target.process:
            bench.processes.end(target.process)
    return rows


def version(command: list) -> str:
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, timeout=20)
    found = re.search(r"\d+\.\d+[\w.+-]*", done.stdout + done.stderr)
    return found[0] if found else "?"


def about(names: list[str], bench: Bench, options) -> dict:
    commands = {"nginx": [program("nginx"), "-v"], "haproxy": [program("haproxy"), "-v"],
                "headgate": [headgate_binary(), "version"], "headgate-policy": [headgate_binary(), "version"]}
    versions = {name: version(commands[name]) for name in names if name in commands}
    if "portkey" in names:
        package = json.loads((HERE / "package.json").read_text())
        versions["portkey"] = package["dependencies"]["@portkey-ai/gateway"]
    model = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text())
    return {"kind": "about", "date": datetime.date.today().isoformat(), "versions": versions,
            "cpu": model[1] if model else platform.machine(), "cores": os.cpu_count(),
            "kernel": platform.release(), "rounds": options.rounds,
            "headgate_log_requests": bench.suite["headgate_log_requests"]}


def main() -> int:
    options = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("terminated"))
    suite = json.loads((HERE / "suite.json").read_text())
    names = chosen_targets(options.only)
    scenarios = [s for s in suite["scenarios"] if options.scenario.search(s["name"])]
    with Processes(options.directory) as processes:
        bench = Bench(options.directory, suite, processes)
        bench.start_mocks()
        rows = [about(names, bench, options)]
        if scenarios:
            rows += run_rounds(bench, names, scenarios, options)
        if options.scenario.search("memory"):
            rows += [memory.measure(bench, name) for name in names if name not in ("direct", "headgate-policy")]
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    (options.directory / "results.jsonl").write_text(lines)
    table, failed = report.table(suite, rows)
    (options.directory / "table.md").write_text(table)
    print(table)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
