#!/usr/bin/env python3
"""What an event of a stream costs more where client and provider speak different dialects.

`tools/bench translation` runs it: one gateway, a mock upstream of each dialect, clients of each surface. All pairs of
a round run one behind the other, in an order rotated by the round. CPU is the gateway's, per event of the provider;
the pair's pass-through is OpenAI's chat completions on both sides. Only the difference inside a round counts.
"""
import argparse
import json
import subprocess
import sys
from pathlib import Path

import translation_streams
from processes import Processes, json_line, on_core, settled_cpu_ns
from report import row, spread, verdict
from targets import ROOT, headgate_binary

sys.path.insert(0, str(ROOT / "tests"))
from support.speakers import CLIENTS  # noqa: E402

TYPES = {"chat_completions": ("openai_compatible", "/v1"), "messages": ("anthropic", "/v1"),
         "generate_content": ("gemini", "/v1beta"), "converse": ("bedrock", "")}
EVENTS, STREAMS = 50, 100  # of a stream, and how many run at a time
BASE = ("chat_completions", "chat_completions")
GOAL = 8.0  # us
LOAD_CORE, PROXY_CORE = 0, 1


def start_gateway(processes: Processes, directory: Path) -> tuple[int, int]:
    """Its port and its process."""
    providers, models = {}, {}
    for dialect, (kind, base) in TYPES.items():
        stream = translation_streams.write(dialect, directory / "streams" / dialect)
        mock = processes.start(f"mock-{dialect}", [directory / "mock_upstream", "--events", EVENTS, "--stream", stream],
                               LOAD_CORE)
        url = f"http://127.0.0.1:{json_line(mock)['port']}{base}"
        providers[dialect] = {"type": kind, "base_url": url, "key": "none", "max_connections": 256}
        models[dialect] = {"provider": dialect, "upstream": "m"}
    config = directory / "translation.yaml"
    config.write_text(json.dumps({
        "server": {"listen": "127.0.0.1:0", "admin_listen": "127.0.0.1:0", "workers": 1},
        "data_dir": str(directory / "translation-data"), "log": {"requests": "errors"}, "providers": providers,
        "models": models, "pools": {"default": list(models)}, "access": {"auth": "open"}}))
    gateway = processes.start("headgate", [headgate_binary(), "serve", "--config", config], PROXY_CORE)
    return int(json_line(gateway)["api"].rsplit(":", 1)[1]), gateway.pid


def measure(directory: Path, port: int, pid: int, client: str, provider: str, requests: int) -> float:
    """CPU of an event, in us."""
    speaker = CLIENTS[client]
    body = directory / f"translation-{client}.json"
    body.write_text(json.dumps(speaker.ask(provider, True)))
    command = [directory / "load", "--port", port, "--path", speaker.target(provider, True), "--body", body,
               "--connections", STREAMS, "--requests", requests, "--header", "x-headgate-cache: bypass"]
    before = settled_cpu_ns([pid])
    done = subprocess.run(on_core(LOAD_CORE, command), capture_output=True, text=True, timeout=120)
    result = json.loads(done.stdout.splitlines()[-1]) if done.stdout else {"errors": done.stderr, "events": 0}
    if result["errors"] or result["events"] < requests * EVENTS:
        raise SystemExit(f"{provider} for a client of {client}: {result}")
    return (settled_cpu_ns([pid]) - before) / 1000 / requests / (EVENTS + 1)


def table(rounds: list[dict], pairs: list[tuple[str, str]]) -> tuple[str, bool]:
    lines = [row(["provider", "client", "CPU us/event", "above pass-through, us", ""]), row(["---"] * 5)]
    failed = False
    for pair in pairs:
        cpu, added = spread([one[pair] for one in rounds]), spread([one[pair] - one[BASE] for one in rounds])
        mark = "" if pair == BASE else verdict(added, GOAL)
        failed = failed or mark == "FAIL"
        lines.append(row([pair[1], pair[0], cpu.text(1), "" if pair == BASE else added.text(1), mark]))
    return "\n".join(lines), failed


def main() -> int:
    parser = argparse.ArgumentParser(prog="tools/bench translation", description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--requests", type=int, default=200, help="streams of each pair in a round")
    parser.add_argument("--directory", type=Path, required=True, help=argparse.SUPPRESS)
    options = parser.parse_args()
    pairs = [(client, provider) for client in CLIENTS for provider in TYPES]
    rounds = []
    with Processes(options.directory) as processes:
        port, pid = start_gateway(processes, options.directory)
        for number in range(options.rounds + 1):
            turn = number % len(pairs)
            rounds.append({pair: measure(options.directory, port, pid, *pair, options.requests)
                           for pair in pairs[turn:] + pairs[:turn]})
            print(f"round {number} of {options.rounds}", file=sys.stderr)
    text, failed = table(rounds[1:], pairs)  # the first one warms up
    print(text)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
