"""Runs the real binary: a configuration in, two addresses out, a clean exit demanded."""

import json
import os
import re
import signal
import subprocess
import threading
from pathlib import Path

from support.client import Client, Exchange, request
from support.metrics import Metrics
from support.polling import eventually

REPOSITORY = Path(__file__).resolve().parents[2]
BINARY = Path(os.environ.get("HEADGATE_BIN") or REPOSITORY / "build/release/headgate").absolute()
REPORT = re.compile(r"(Address|Leak|Memory|Thread|UndefinedBehavior)Sanitizer|runtime error:|terminate called")


def sanitized():
    """The binary carries a sanitizer: slower, and its memory figures mean nothing."""
    content = BINARY.read_bytes() if BINARY.exists() else b""
    return any(mark in content for mark in (b"__asan_init", b"__tsan_init", b"__ubsan_handle"))


class Gateway:
    """A running daemon. Leaving the context stops it and fails on a bad exit or a sanitizer report."""

    def __init__(self, config, folder, arguments=()):
        self.folder = Path(folder)
        self.config_file = self.folder / "headgate.yaml"
        self.write(config)
        self.process = subprocess.Popen(
            [str(BINARY), "serve", "--config", str(self.config_file), *arguments],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=self.folder)
        self.logs, self.ready, self.exit_code = [], {}, 0
        self._readers = [threading.Thread(target=self._collect, daemon=True),
                         threading.Thread(target=self._read_ready, daemon=True)]
        for reader in self._readers:
            reader.start()
        started = eventually(lambda: self.ready or self.process.poll() is not None, within=20)
        if not self.ready:
            self._kill()
            for reader in self._readers:
                reader.join(5)
            raise AssertionError(f"not ready (ended by itself: {bool(started)}):\n" + "\n".join(self.logs))
        self.api, self.admin = (self._address(self.ready[side]) for side in ("api", "admin"))

    @staticmethod
    def _address(url):
        host, port = url.split("//")[1].rsplit(":", 1)
        return host, int(port)

    def _collect(self):
        for line in self.process.stderr:
            self.logs.append(line.decode(errors="replace").rstrip("\n"))

    def _read_ready(self):
        for line in self.process.stdout:
            if not self.ready:
                self.ready = json.loads(line)

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if kind is None:
            self.stop()
        else:
            self._kill()

    def write(self, config):
        text = config if isinstance(config, str) else json.dumps(config, indent=2)
        self.config_file.write_text(text)

    # -- the API side --

    def client(self, **options):
        return Client(self.api, **options)

    def exchange(self, data, **options):
        """Sends raw bytes, reads until the daemon closes or the time is over."""
        return Exchange(self.api, data, **options)

    def call(self, method, target, body=b"", headers=(), address=None, timeout=10.0):
        with Client(address or self.api, timeout=timeout) as client:
            client.send(request(method, target, headers, body))
            return client.reply(method)

    def get(self, target, **options):
        return self.call("GET", target, **options)

    def post(self, target, body, **options):
        return self.call("POST", target, body, **options)

    def chat(self, body, **options):
        return self.post("/v1/chat/completions", body, **options)

    def plan(self, body, **headers):
        """The decision on a request that is not sent."""
        return self.chat(body, headers={**headers, "x-headgate-dry-run": "1"}).json()

    # -- the admin side --

    def look(self, page):
        """The JSON of a page of the admin API, which answers 200."""
        reply = self.call("GET", f"/admin/v1/{page}", address=self.admin)
        assert reply.status == 200, reply
        return reply.json()

    def decision(self, reply):
        """What is remembered of an answered request."""
        page = f"/admin/v1/requests/{reply.get('x-request-id')}"
        assert eventually(lambda: self.call("GET", page, address=self.admin).status == 200), reply
        return self.call("GET", page, address=self.admin).json()

    def metrics(self):
        return Metrics(self.call("GET", "/metrics", address=self.admin).body.decode())

    # -- the process --

    def reload(self, config):
        self.write(config)
        self.process.send_signal(signal.SIGHUP)

    def rss(self, field="VmRSS"):
        """Resident bytes."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(rf"{field}:\s+(\d+)", status)[1]) * 1024

    def peak_rss(self):
        return self.rss("VmHWM")

    def descriptors(self):
        return len(list(Path(f"/proc/{self.process.pid}/fd").iterdir()))

    def run(self, *verb):
        """Another verb of the binary against the same configuration; its JSON."""
        done = subprocess.run([str(BINARY), *verb, "--config", str(self.config_file)],
                              capture_output=True, timeout=20, cwd=self.folder)
        assert done.returncode == 0, f"{verb}: {done.returncode} {done.stderr.decode()}"
        return json.loads(done.stdout) if "--json" in verb else done.stdout.decode()

    def explain(self, reply):
        """What `headgate explain` tells of an answer, on one line; asked at the port that is really in use."""
        reached = self.folder / "reached.yaml"
        config = json.loads(self.config_file.read_text())
        config.setdefault("server", {})["admin_listen"] = "%s:%d" % self.admin
        reached.write_text(json.dumps(config))
        done = subprocess.run([str(BINARY), "explain", reply.get("x-request-id"), "--config", str(reached)],
                              capture_output=True, timeout=20, cwd=self.folder)
        assert done.returncode == 0, done.stderr.decode()
        return " ".join(done.stdout.decode().split())

    def new_key(self, tenant="acme"):
        return self.run("key", "create", "--tenant", tenant, "--json")

    def alive(self):
        return self.process.poll() is None and self.get("/health/live").status == 200

    def terminate(self):
        self.process.send_signal(signal.SIGTERM)

    def wait(self, within=15.0):
        """Waits for the end, then judges it."""
        try:
            code = self.process.wait(within)
        except subprocess.TimeoutExpired:
            self._kill()
            raise AssertionError(f"still running {within} s after SIGTERM:\n" + self._tail()) from None
        for reader in self._readers:
            reader.join(5)
        report = next((i for i, line in enumerate(self.logs) if REPORT.search(line)), None)
        assert report is None, "sanitizer report:\n" + "\n".join(self.logs[report:report + 60])
        assert code == self.exit_code, f"exit code {code}:\n" + self._tail()

    def kill(self):
        """As by kill -9, without a chance to say goodbye."""
        self.exit_code = -signal.SIGKILL
        self._kill()

    def stop(self):
        if self.process.poll() is None:
            self.terminate()
        self.wait()

    def judge_death(self):
        """A daemon that ended unasked is the failure of the test that ends now."""
        if self.process.poll() is not None:
            self.wait()
            raise AssertionError("the daemon ended by itself:\n" + self._tail())
        assert self.get("/health/live").status == 200

    def _tail(self):
        return "\n".join(self.logs[-30:])

    def _kill(self):
        self.process.kill()
        self.process.wait()


class Lasting:
    """A daemon for a whole module, started anew only when a test killed it, so that each test fails alone."""

    def __init__(self, config, folder):
        self.config, self.folder, self.gateway = config, folder, None

    def running(self):
        if self.gateway is None or self.gateway.process.poll() is not None:
            self.gateway = Gateway(self.config, self.folder)
        return self.gateway

    def stop(self):
        if self.gateway and self.gateway.process.poll() is None:
            self.gateway.stop()
