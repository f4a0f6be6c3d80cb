#!/usr/bin/env python3
"""How many requests are answered while the first of two providers fails, and what that costs.

`tools/bench failover` runs it. The second provider is the mock upstream; the first fails in one way
after the other. Each way gets a fresh gateway: first 50 requests a second, to see how soon the breaker
opens, then all the others as fast as they go on 16 connections. Requests name the failing model, so that
nothing but its breaker keeps them away: in a pool the router asks it ever less by itself. Added latency
is against the same gateway asked for the second provider alone, in the same run.
"""
import argparse
import json
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

from processes import Processes, json_line
from targets import ROOT, headgate_binary

sys.path.insert(0, str(ROOT / "tests"))
from support import payloads, steps  # noqa: E402
from support.upstream import Upstream, refused_url  # noqa: E402

TIMEOUTS = {"connect": "1500ms", "first_byte": "3s", "between_bytes": "3s", "total": "30s"}
FAULTS = {
    "refused": None,
    "503": steps.reply(payloads.error("no"), "503 Service Unavailable"),
    "hang before the head": steps.stall(60),
    "reset": steps.reset,
    "error inside a 200": steps.reply(payloads.error("overloaded"), "200 OK"),
}


def config_of(folder: Path, first: str, second: str) -> Path:
    provider = {"type": "openai_compatible", "key": "none", "timeouts": TIMEOUTS, "max_connections": 256}
    config = {
        "server": {"listen": "127.0.0.1:0", "admin_listen": "127.0.0.1:0", "workers": 1},
        "data_dir": str(folder / "data"),
        "log": {"requests": "none"},
        "providers": {"first": {**provider, "base_url": first}, "second": {**provider, "base_url": second}},
        "models": {"a": {"provider": "first", "upstream": "m"}, "b": {"provider": "second", "upstream": "m"}},
        "pools": {"default": ["a", "b"]},
        "access": {"auth": "open"},
    }
    path = folder / "failover.yaml"
    path.write_text(json.dumps(config))
    return path


def breaker_is_open(admin: str) -> bool:
    with urllib.request.urlopen(f"{admin}/admin/v1/breakers", timeout=5) as reply:
        models = json.load(reply)["models"]
    return next(one for one in models if one["model"] == "a")["state"] != "closed"


def attempts(admin: str) -> float:
    with urllib.request.urlopen(f"{admin}/metrics", timeout=5) as reply:
        lines = reply.read().decode().splitlines()
    return sum(float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith("headgate_upstream_attempts_total{"))


class Opening(threading.Thread):
    """When the breaker opened, in seconds since the first request."""

    def __init__(self, admin: str):
        super().__init__(daemon=True)
        self.admin, self.after, self.began = admin, None, time.monotonic()

    def run(self):
        while self.after is None and time.monotonic() < self.began + 15:
            if breaker_is_open(self.admin):
                self.after = time.monotonic() - self.began


def run_load(directory: Path, port: str, models: str, requests: int, *more: str) -> dict:
    body = directory / f"failover-{models}.json"
    body.write_text(json.dumps(payloads.chat(models[0], models=list(models[1:]))))
    command = [directory / "load", "--port", port, "--requests", str(requests), "--body", body, *more]
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=600, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def measure(processes: Processes, directory: Path, fault: str, first: str, second: str, requests: int) -> list:
    with tempfile.TemporaryDirectory() as folder:
        gateway = processes.start("headgate", [headgate_binary(), "serve", "--config",
                                               config_of(Path(folder), first, second)], None)
        ready = json_line(gateway)
        port = ready["api"].rsplit(":", 1)[1]
        opening = Opening(ready["admin"])
        opening.start()
        slow = run_load(directory, port, "ab", 200, "--connections", "64", "--rate", "50")
        opening.join()
        fast = run_load(directory, port, "ab", requests - 200, "--connections", "16")
        tried = attempts(ready["admin"])
        alone = run_load(directory, port, "b", 20_000, "--connections", "16")
        processes.end(gateway)
    asked = slow["requests"] + fast["requests"] + slow["errors"] + fast["errors"]
    wrong = slow["errors"] + fast["errors"]
    added = (fast["latency_us"]["p99"] - alone["latency_us"]["p99"]) / 1000
    opened = "never" if opening.after is None else f"{opening.after:.2f} s"
    return [fault, f"{asked:,}", f"{100 * (1 - wrong / asked):.4f} %", opened, f"{added:+.2f} ms",
            f"{fast['latency_us']['max'] / 1000:.0f} ms", f"{tried / asked:.4f}"]


def main() -> None:
    parser = argparse.ArgumentParser(prog="tools/bench failover", description=__doc__.split("\n")[0])
    parser.add_argument("--requests", type=int, default=100_000, help="for each way to fail")
    parser.add_argument("--directory", type=Path, required=True, help=argparse.SUPPRESS)
    options = parser.parse_args()
    with Processes(options.directory) as processes:
        mock = processes.start("mock", [options.directory / "mock_upstream"], None)
        second = f"http://127.0.0.1:{json_line(mock)['port']}/v1"
        print("| first provider | requests | answered 200 | opened after | added p99 | longest | attempts a request |")
        print("| --- | --- | --- | --- | --- | --- | --- |")
        for fault, step in FAULTS.items():
            if step is None:
                row = measure(processes, options.directory, fault, refused_url(), second, options.requests)
            else:
                with Upstream(step) as broken:
                    row = measure(processes, options.directory, fault, broken.url, second, options.requests)
            print("| " + " | ".join(row) + " |", flush=True)


if __name__ == "__main__":
    main()
