"""Resident memory of a freshly started proxy: idle, with many clients, and after they have left."""
import contextlib
import subprocess
import time

from processes import json_line, on_core, rss_kib
from targets import STARTERS, Bench, Target

# All streams get their first event half a second after they start, so many start at once.
IDLE_CLIENTS = {"route": "json", "body": "chat-1500", "window": 16}
LIVE_STREAMS = {"route": "live", "body": "stream-1500-live", "window": 250}
WARM_UP = ["--connections", "4", "--requests", "100"]
BURST = ["--connections", "64", "--requests", "256"]


def load_command(bench: Bench, target: Target, route: str, body: str, options: list) -> list[str]:
    headers = [part for h in target.headers(route) for part in ("--header", h)]
    command = [bench.directory / "load", "--port", target.ports[route], *headers,
               "--body", bench.directory / f"bodies/{body}.json", *options]
    return on_core(bench.core("load"), command)


def run_load(bench: Bench, target: Target, body: str, options: list) -> int:
    """Returns the number of failed requests."""
    command = load_command(bench, target, "json", body, options)
    done = subprocess.run(command, stdout=subprocess.DEVNULL, timeout=120)
    return int(done.returncode != 0)


@contextlib.contextmanager
def held(bench: Bench, target: Target, clients: int, shape: dict):
    """The block runs while the clients are connected; they leave when it is left."""
    options = ["--connections", clients, "--window", shape["window"], "--hold", 20]
    command = load_command(bench, target, shape["route"], shape["body"], options)
    load = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        yield "holding" in json_line(load, 60)
    finally:
        load.stdin.close()
        load.wait(30)
        load.stdout.close()


def settled_rss(target: Target, goal_kib: float, seconds: float = 10) -> int:
    """Memory after the load; a daemon may take some seconds to give it back."""
    deadline = time.monotonic() + seconds
    rss = rss_kib(target.pids)
    while rss > goal_kib and time.monotonic() < deadline:
        time.sleep(0.1)
        rss = rss_kib(target.pids)
    return rss


def measure(bench: Bench, name: str) -> dict:
    target = STARTERS[name](bench)
    clients, goals = bench.suite["memory"]["clients"], bench.suite["memory"]["goals"]
    idle = rss_kib(target.pids)
    errors = run_load(bench, target, "chat-1500", WARM_UP)
    warm = rss_kib(target.pids)
    with held(bench, target, clients, IDLE_CLIENTS) as complete:
        with_clients = rss_kib(target.pids)
        errors += not complete
    with held(bench, target, clients, LIVE_STREAMS) as complete:
        with_streams = rss_kib(target.pids)
        errors += not complete
    errors += run_load(bench, target, "chat-1000000", BURST)
    peak = rss_kib(target.pids)
    after = settled_rss(target, goals["after_mib"] * 1024)
    bench.processes.end(target.process)
    return {"kind": "memory", "target": name, "errors": errors, "idle_mib": idle / 1024,
            "client_kib": (with_clients - warm) / clients, "live_mib": with_streams / 1024,
            "burst_mib": peak / 1024, "after_mib": after / 1024}
