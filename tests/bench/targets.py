"""What is measured: the mock upstream itself, the proxies in front of it, and how each is started."""
import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from processes import Processes, children, free_port, json_line, wait_for_port, wait_until

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
ROUTES = ("json", "sse", "tls", "live")
# Which mock answers each route. The load generator speaks no TLS, so `direct` is always plain.
MOCK_OF = {"json": "plain", "sse": "plain", "tls": "tls", "live": "slow"}
UPSTREAM_KEY = "sk-upstream-aaaaaaaaaaaaaaaaaaaaaaaa"
# As long as one of Headgate's, so that every target reads requests of the same size.
CLIENT_KEY = "hg_" + "0" * 43


@dataclass
class Target:
    name: str
    ports: dict[str, int]
    process: subprocess.Popen | None = None
    pids: list[int] = field(default_factory=list)
    headers: Callable[[str], list[str]] = lambda route: [f"Authorization: Bearer {CLIENT_KEY}"]
    slow: bool = False  # too slow to answer in seconds what the others do


@dataclass
class Bench:
    """What every target needs to know of the run."""
    directory: Path
    suite: dict
    processes: Processes
    mocks: dict[str, int] = field(default_factory=dict)

    def core(self, role: str) -> int | None:
        wanted = self.suite["cores"][role]
        return wanted if wanted in os.sched_getaffinity(0) else None

    def start(self, name: str, command: list, role: str, **options) -> subprocess.Popen:
        return self.processes.start(name, command, self.core(role), **options)

    def start_mocks(self) -> None:
        for name, arguments in self.suite["mocks"].items():
            command = [self.directory / "mock_upstream", *arguments]
            process = self.start(f"mock-{name}", command, "load", cwd=self.directory)
            self.mocks[name] = json_line(process)["port"]

    def render(self, template: str, **values) -> Path:
        """Fills in @name@ and returns the path of the result."""
        values |= self.mocks | {"upstream_key": UPSTREAM_KEY}
        text = re.sub(r"@(\w+)@(?!\w)", lambda m: str(values.get(m[1], m[0])),
                      (HERE / template).read_text())
        path = self.directory / Path(template).name
        path.write_text(text)
        return path


def program(name: str) -> str | None:
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")


def headgate_binary() -> Path:
    return Path(os.environ.get("HEADGATE_BIN", ROOT / "build/release/headgate"))


def portkey_script() -> Path:
    return HERE / "node_modules/@portkey-ai/gateway/build/start-server.js"


def start_direct(bench: Bench) -> Target:
    plain, slow = bench.mocks["plain"], bench.mocks["slow"]
    return Target("direct", {"json": plain, "sse": plain, "tls": plain, "live": slow})


def listen_ports() -> dict[str, int]:
    return {f"listen_{route}": free_port() for route in ROUTES}


def routes(listen: dict[str, int]) -> dict[str, int]:
    return {name.removeprefix("listen_"): port for name, port in listen.items()}


def start_nginx(bench: Bench) -> Target:
    listen = listen_ports()
    command = [program("nginx"), "-e", "stderr", "-p", bench.directory, "-c",
               bench.render("peers/nginx.conf", **listen)]
    master = bench.start("nginx", command, "proxy")
    wait_for_port(listen["listen_json"], master)
    wait_until(lambda: bool(children(master.pid)), "nginx's worker")
    return Target("nginx", routes(listen), master, children(master.pid))


def start_haproxy(bench: Bench) -> Target:
    listen = listen_ports()
    command = [program("haproxy"), "-db", "-f", bench.render("peers/haproxy.cfg", **listen)]
    process = bench.start("haproxy", command, "proxy")
    wait_for_port(listen["listen_json"], process)
    return Target("haproxy", routes(listen), process, [process.pid])


def create_key(binary: Path, config: Path) -> str:
    command = [binary, "key", "create", "--tenant", "bench", "--json", "--config", config]
    made = subprocess.run(command, check=True, capture_output=True, text=True, timeout=20,
                          env=os.environ | {"BENCH_UPSTREAM_KEY": UPSTREAM_KEY})
    return json.loads(made.stdout)["key"]


def start_headgate(bench: Bench, name: str = "headgate") -> Target:
    binary, data = headgate_binary(), bench.directory / f"{name}-data"
    shutil.rmtree(data, ignore_errors=True)
    config = bench.render(f"{name}.yaml", data_dir=data, ca_file=bench.directory / "certificate.pem",
                          log_requests=bench.suite["headgate_log_requests"])
    key = create_key(binary, config)
    process = bench.start(name, [binary, "serve", "--config", config], "proxy",
                          env={"BENCH_UPSTREAM_KEY": UPSTREAM_KEY})
    port = int(json_line(process)["api"].rsplit(":", 1)[1])
    # The same body is sent thousands of times: no cache may answer it.
    headers = [f"Authorization: Bearer {key}", "x-headgate-cache: bypass"]
    return Target(name, dict.fromkeys(ROUTES, port), process, [process.pid],
                  lambda route: headers)


def start_policy(bench: Bench) -> Target:
    """Headgate with everything on that decides."""
    return start_headgate(bench, "headgate-policy")


def start_portkey(bench: Bench) -> Target:
    port = free_port()
    command = [program("node"), portkey_script(), f"--port={port}", "--headless"]
    env = {"NODE_EXTRA_CA_CERTS": str(bench.directory / "certificate.pem"),
           "NODE_ENV": "production"}
    process = bench.start("portkey", command, "proxy", env=env)
    wait_for_port(port, process)

    def headers(route: str) -> list[str]:
        scheme = "https" if route == "tls" else "http"
        upstream = f"{scheme}://127.0.0.1:{bench.mocks[MOCK_OF[route]]}/v1"
        return [f"Authorization: Bearer {UPSTREAM_KEY}", "x-portkey-provider: openai",
                f"x-portkey-custom-host: {upstream}"]
    return Target("portkey", dict.fromkeys(ROUTES, port), process, [process.pid], headers, True)


STARTERS = {"direct": start_direct, "nginx": start_nginx, "haproxy": start_haproxy,
            "headgate": start_headgate, "headgate-policy": start_policy, "portkey": start_portkey}


def missing(name: str) -> str | None:
    """Why a target cannot run here, and the way out; None if it can."""
    if name in ("nginx", "haproxy") and not program(name):
        return f"{name} is not installed: tools/bench --setup"
    if name.startswith("headgate") and not headgate_binary().exists():
        return f"{headgate_binary()} is not built: cmake --preset release && cmake --build --preset release"
    if name == "portkey" and not (program("node") and portkey_script().exists()):
        return "Portkey is not installed (it needs Node 20): tools/bench --setup"
    return None
