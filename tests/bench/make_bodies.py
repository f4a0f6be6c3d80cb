#!/usr/bin/env python3
"""Writes the chat requests that the benchmark sends: make_bodies.py DIRECTORY

The text is made of words, the same on every machine, and every file has exactly the size its name
says. nginx and HAProxy route by port; Headgate by the model in the body, hence one file per route.
"""
import json
import random
import sys
from pathlib import Path

WORDS = (
    "the gateway should route each chat completion to a provider that can answer it well for little "
    "money while it keeps latency low and never leaks a key so explain how pooled connections "
    "circuit breakers budgets caches and audit logs fit together in one small daemon please"
).split()

# name: (size in bytes, turns of the conversation, model, stream)
BODIES = {
    "chat-1500": (1_500, 3, "auto", False),
    "chat-29000": (29_000, 15, "auto", False),
    "chat-1000000": (1_000_000, 15, "auto", False),
    "chat-1500-tls": (1_500, 3, "bench-tls", False),
    "stream-1500": (1_500, 3, "auto", True),
    "stream-1500-live": (1_500, 3, "bench-live", True),
}


def text(rng: random.Random, size: int) -> str:
    """Words with line breaks and quotes here and there: what JSON must escape."""
    words, length = [], 0
    while length < size:
        word = rng.choice(WORDS)
        if rng.random() < 0.03:
            word += "\n"
        if rng.random() < 0.02:
            word = f'"{word}"'
        words.append(word)
        length += len(word) + 1
    return " ".join(words)


def encode(model: str, stream: bool, contents: list[str]) -> str:
    roles = ["system"] + ["user", "assistant"] * len(contents)
    request = {
        "model": model,
        "messages": [{"role": r, "content": c} for r, c in zip(roles, contents)],
        "temperature": 0.2,
        "max_tokens": 512,
        "top_p": 1,
        "user": "team-a/u-4711",
    }
    if stream:
        request |= {"stream": True, "stream_options": {"include_usage": True}}
    return json.dumps(request, separators=(",", ":"))


def body(size: int, turns: int, model: str, stream: bool) -> str:
    rng = random.Random(7)
    empty = len(encode(model, stream, [""] * (turns + 1)))
    each = int((size - empty) / (turns + 1) * 0.9)
    contents = [text(rng, each) for _ in range(turns + 1)]
    missing = size - len(encode(model, stream, contents))
    contents[-1] += " " + "a" * (missing - 1)
    return encode(model, stream, contents)


def main() -> None:
    directory = Path(sys.argv[1])
    directory.mkdir(parents=True, exist_ok=True)
    for name, shape in BODIES.items():
        made = body(*shape)
        assert len(made) == shape[0], (name, len(made))
        (directory / f"{name}.json").write_text(made)


if __name__ == "__main__":
    main()
