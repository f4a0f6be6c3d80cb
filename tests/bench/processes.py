"""Processes of one benchmark run: start them on a core, read their CPU and memory, end them."""
import json
import os
import re
import resource
import selectors
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path


class Processes:
    """Starts processes and ends the ones it started, by pid, when the block is left."""

    def __init__(self, log_directory: Path):
        self.log_directory = log_directory
        self.started: list[subprocess.Popen] = []
        for old in log_directory.glob("*.log"):
            old.unlink()
        allow_many_files()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in reversed(self.started):
            self.end(process)

    def start(self, name: str, command: list, core: int | None, env: dict | None = None,
              cwd: Path | None = None) -> subprocess.Popen:
        """stderr goes to NAME.log; stdout is a pipe for the line that says `ready`."""
        with open(self.log_directory / f"{name}.log", "ab") as log:
            process = subprocess.Popen(
                on_core(core, command), cwd=cwd, env=os.environ | (env or {}),
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log)
        self.started.append(process)
        return process

    def end(self, process: subprocess.Popen) -> None:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()
        if process in self.started:
            self.started.remove(process)


def allow_many_files() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 65536 if hard == resource.RLIM_INFINITY else min(65536, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def on_core(core: int | None, command: list) -> list[str]:
    pin = ["taskset", "-c", str(core)] if core is not None else []
    return pin + [str(part) for part in command]


def wait_until(ready: Callable[[], bool], what: str, seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > deadline:
            raise SystemExit(f"waited {seconds:g} s in vain: {what}")
        time.sleep(0.02)


def wait_for_port(port: int, process: subprocess.Popen) -> None:
    def answers() -> bool:
        if process.poll() is not None:
            raise SystemExit(f"{process.args} ended; see its log")
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return True
        except OSError:
            return False
    wait_until(answers, f"{process.args} on port {port}")


def free_port() -> int:
    """For programs that cannot choose a port and tell it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def json_line(process: subprocess.Popen, seconds: float = 20) -> dict:
    """The next line on a process's stdout."""
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        line = process.stdout.readline() if selector.select(seconds) else b""
    if not line:
        raise SystemExit(f"{process.args} printed no line; see its log")
    return json.loads(line)


def children(pid: int) -> list[int]:
    return [int(child) for task in Path(f"/proc/{pid}/task").iterdir()
            for child in (task / "children").read_text().split()]


def cpu_ns(pids: list[int]) -> int:
    """Time on a core of all threads; loopback work done in their context is included."""
    total = 0
    for pid in pids:
        for schedstat in Path(f"/proc/{pid}/task").glob("*/schedstat"):
            total += int(schedstat.read_text().split()[0])
    return total


def settled_cpu_ns(pids: list[int]) -> int:
    """Waits, one second at most, until work put off to after the answers is done too."""
    now = cpu_ns(pids)
    for _ in range(20):
        before = now
        time.sleep(0.05)
        now = cpu_ns(pids)
        if now - before < 100_000:
            break
    return now


def rss_kib(pids: list[int]) -> int:
    pattern = re.compile(r"VmRSS:\s+(\d+)")
    return sum(int(pattern.search(Path(f"/proc/{pid}/status").read_text())[1]) for pid in pids)


def steal_ticks() -> int:
    """Time the host took from this machine, in hundredths of a second."""
    return int(Path("/proc/stat").read_text().split("\n", 1)[0].split()[8])
