"""Coding agents, as they are installed from their registry, in front of models of another dialect.

The scripted model asks for a command by the tool that the agent offers, and ends with words once it has the result.
"""

import json

import pytest
from agents import AGENTS, MODEL, Place, ask
from support import configs
from support.headgate import Gateway
from support.speakers import PROVIDERS
from support.upstream import Upstream

COMMAND = "echo degrees-$((4 + 38)) | tee note.txt"  # what it prints stands nowhere in what was asked
PRINTED = "degrees-42"
WORDS = "I have noted the weather. 🌍"

foreign = pytest.mark.parametrize("agent,dialect", [(name, dialect) for name, agent in AGENTS.items()
                                                    for dialect in PROVIDERS if dialect != agent.dialect])


def scripted(agent, dialect):
    """A provider that wants COMMAND run by the agent, once."""
    return type("Scripted", (PROVIDERS[dialect],), {"call": agent.call(COMMAND), "words": WORDS})


@pytest.fixture
def turn(tmp_path):
    """`turn(agent, dialect)` is one turn: what the agent said, and what the provider was sent."""
    def run(agent, dialect):
        place = {name: tmp_path / name for name in ("gateway", "home", "work")}
        for folder in place.values():
            folder.mkdir()
        speaker = scripted(agent, dialect)
        with Upstream(speaker.provider) as upstream:
            base = upstream.url.removesuffix("/v1") + speaker.base
            config = configs.gateway(place["gateway"], {"lab": configs.provider(base, type=speaker.type)},
                                     {MODEL: {"provider": "lab", "upstream": "up"}}, access={"auth": "required"})
            with Gateway(config, place["gateway"]) as gateway:
                key = gateway.new_key()["key"]
                done = ask(agent, Place(place["home"], place["work"], gateway.ready["api"], key), "Note the weather.")
            (tmp_path / "sent.json").write_text(json.dumps([r.json() for r in upstream.requests if r.body], indent=1))
            (tmp_path / "said.txt").write_text(done.stdout + "\n--\n" + done.stderr)
            return done, speaker, [request.json() for request in upstream.requests if request.body], place["work"]
    return run


@foreign
def test_completes_a_turn_with_a_tool(turn, agent, dialect):
    done, speaker, sent, work = turn(AGENTS[agent], dialect)
    assert done.returncode == 0, done.stderr
    assert WORDS in done.stdout
    assert (work / "note.txt").read_text().strip() == PRINTED
    assert any(speaker.has_result(asked) and PRINTED in json.dumps(asked) for asked in sent)
