"""What providers remember of prompts: asked for where it pays, known again, and counted."""

import copy
import json

import pytest
from support import configs, payloads, speakers, steps
from support.farm import ask, chosen
from support.spending import near, usage
from support.upstream import Upstream

RULES = "You answer briefly and never guess. " * 200  # about 1,800 tokens
TOOLS = [{"type": "function", "function": {"name": name, "description": "Tells. " * 1000,
                                           "parameters": {"type": "object"}}} for name in ("first", "last")]
PRICE = {"input": "$3", "output": "$15", "cache_read": "$0.30", "cache_write": "$3.75"}
QUALITY = {"quality": {"chat": 0.8}}
TOKEN = 4  # bytes
MARK = {"type": "ephemeral"}


def tokens(blocks):
    return len(json.dumps(blocks)) // TOKEN


def blocks_of(asked):
    """All that an Anthropic prompt holds, in the order in which it is remembered."""
    blocks = list(asked.get("tools", []))
    system = asked.get("system", [])
    blocks += [{"type": "text", "text": system}] if isinstance(system, str) else system
    for message in asked["messages"]:
        content = message["content"]
        content = [{"type": "text", "text": content}] if isinstance(content, str) else content
        blocks += [{**block, "role": message["role"]} for block in content]
    return blocks


def marks_of(asked):
    return [i for i, block in enumerate(blocks_of(asked)) if "cache_control" in block]


class Remembering(speakers.Messages):
    """Anthropic's, with a memory of what was marked. One class a provider: `Remembering.fresh()`."""

    @classmethod
    def fresh(cls):
        return type("Fresh", (cls,), {"memory": set(), "USAGE": None})

    @classmethod
    def answer(cls, peer, request, asked):
        plain = [{k: v for k, v in block.items() if k != "cache_control"} for block in blocks_of(asked)]
        ends = [i + 1 for i in marks_of(asked)]
        known = [end for end in ends if json.dumps(plain[:end]) in cls.memory]
        read, written = max(known, default=0), max(ends, default=0)
        cls.memory.update(json.dumps(plain[:end]) for end in ends)
        cls.USAGE = {"input_tokens": tokens(plain[max(read, written):]), "output_tokens": speakers.OUTPUT,
                     "cache_read_input_tokens": tokens(plain[:read]) if read else 0,
                     "cache_creation_input_tokens": tokens(plain[read:written]) if written > read else 0}
        return super().answer(peer, request, asked)


@pytest.fixture
def claude(start, tmp_path):
    """A gateway in front of Anthropic with a memory, as `a`."""
    upstreams = []

    def make(**fields):
        speaker = Remembering.fresh()
        upstreams.append(Upstream(speaker.provider))
        provider = configs.provider(upstreams[-1].url.removesuffix("/v1") + "/v1", type="anthropic", **fields)
        models = {"a": {"provider": "lab", "upstream": "claude-sonnet-4-5", "price": PRICE}}
        return start(configs.gateway(tmp_path, {"lab": provider}, models)), upstreams[-1]

    yield make
    for upstream in upstreams:
        upstream.close()


class Talk:
    """A conversation of one of OpenAI's clients."""

    def __init__(self, gateway, model="a", rules=RULES, **more):
        self.gateway, self.model, self.more = gateway, model, more
        self.messages = [{"role": "system", "content": rules}]

    def ask(self, text):
        self.messages.append({"role": "user", "content": text})
        reply = self.gateway.chat({"model": self.model, "messages": self.messages, **self.more})
        assert reply.status == 200, reply.body
        self.messages.append({"role": "assistant", "content": reply.json()["choices"][0]["message"]["content"]})
        return reply


# -- marks --

def test_a_conversation_is_marked_once_it_goes_on(claude):
    gateway, upstream = claude()
    talk = Talk(gateway, tools=TOOLS)
    for text in ("One?", "Two?", "Three?"):
        talk.ask(text)
    first, second, third = (request.json() for request in upstream.requests)
    assert marks_of(first) == [], "whether it goes on is not known yet"
    assert marks_of(second) == [1, 2, 3, 5], "the last tool, the rules, the turn before and this one"
    assert marks_of(third) == [1, 2, 5, 7]
    assert all(block.get("cache_control", MARK) == MARK for block in blocks_of(third))


def test_what_was_sent_before_is_sent_again_byte_by_byte(claude):
    gateway, upstream = claude()
    talk = Talk(gateway, tools=TOOLS)
    for text in ("One?", "Two?", "Three?", "Four?"):
        talk.ask(text)
    sent = [request.body.decode().replace(',"cache_control":{"type":"ephemeral"}', "") for request in upstream.requests]
    for shorter, longer in zip(sent, sent[1:]):
        common = shorter[:shorter.rindex('}]}]')]  # of the last block, its message, and all messages
        assert len(common) > 15_000
        assert longer.startswith(common)


def test_each_turn_reads_what_the_turn_before_wrote(claude):
    gateway, upstream = claude()
    talk = Talk(gateway, tools=TOOLS)
    replies = [talk.ask(text) for text in ("One?", "Two?", "Three?", "Four?")]
    cached = [reply.json()["usage"]["prompt_tokens_details"]["cached_tokens"] for reply in replies]
    assert cached[0] == cached[1] == 0
    assert 5_000 < cached[2] < cached[3]


def test_rules_that_come_again_are_marked_though_no_conversation_goes_on(claude):
    gateway, upstream = claude()
    for text in ("One?", "Two?", "Three?"):
        Talk(gateway).ask(text)
    assert [marks_of(request.json()) for request in upstream.requests] == [[], [0], [0]]


def test_a_short_conversation_is_not_marked(claude):
    gateway, upstream = claude()
    talk = Talk(gateway, rules="Be brief.")
    talk.ask("One?"), talk.ask("Two?")
    assert marks_of(upstream.requests[-1].json()) == []


def test_marks_of_the_client_are_the_only_ones(claude):
    gateway, upstream = claude()
    talk = Talk(gateway, tools=TOOLS)
    talk.messages[0]["content"] = [{"type": "text", "text": RULES, "cache_control": {"type": "ephemeral", "ttl": "1h"}}]
    talk.ask("One?"), talk.ask("Two?")
    for request in upstream.requests:
        assert marks_of(request.json()) == [2]
        assert blocks_of(request.json())[2]["cache_control"]["ttl"] == "1h"


def test_a_client_that_speaks_the_providers_dialect_is_taken_at_its_word(claude):
    gateway, upstream = claude()
    body = speakers.Messages.ask("a", result=True)
    body["system"] = RULES * 2
    for _ in range(2):
        assert gateway.post("/v1/messages", body).status == 200
    assert upstream.requests[-1].json() == {**body, "model": "claude-sonnet-4-5"}


def test_nothing_is_marked_where_it_is_switched_off(claude):
    gateway, upstream = claude(prompt_caching="off")
    talk = Talk(gateway, tools=TOOLS)
    talk.ask("One?"), talk.ask("Two?")
    assert marks_of(upstream.requests[-1].json()) == []


# -- keys --

@pytest.fixture
def openai(start, tmp_path):
    """A gateway in front of a provider `a` of type `openai`."""
    upstreams = []

    def make(**fields):
        upstreams.append(Upstream(steps.answer))
        provider = configs.provider(upstreams[-1].url, type="openai", **fields)
        return start(configs.gateway(tmp_path, {"lab": provider}, {"a": {"provider": "lab", "upstream": "up-a"}})), \
            upstreams[-1]

    yield make
    for upstream in upstreams:
        upstream.close()


def test_a_key_is_put_in_front_and_nothing_else_changes(openai):
    gateway, upstream = openai(prompt_caching="on")
    body = json.dumps(payloads.chat("a", RULES, unknown={"b": [1, 2.50]})).encode()
    assert gateway.post("/v1/chat/completions", body).status == 200
    sent = upstream.requests[-1].body
    key = json.loads(sent)["prompt_cache_key"]
    assert key.startswith("headgate-") and len(key) <= 64
    assert sent.replace(f'"prompt_cache_key":"{key}",'.encode(), b"", 1) == body.replace(b'"a"', b'"up-a"', 1)


def test_a_key_goes_with_the_beginning(openai):
    gateway, upstream = openai(prompt_caching="on")
    talk = Talk(gateway)
    talk.ask("One?"), talk.ask("Two?")
    Talk(gateway).ask("Another?")
    Talk(gateway, rules=RULES + "Indeed.").ask("One?")
    stream = gateway.post("/v1/chat/completions", {**payloads.chat("a", "One?"), "stream": True, "messages": [
        {"role": "system", "content": RULES}, {"role": "user", "content": "One?"}]})
    assert stream.status == 200
    keys = [request.json()["prompt_cache_key"] for request in upstream.requests]
    assert keys[0] == keys[1] == keys[2] == keys[4] != keys[3]


def test_a_key_of_the_client_stays(openai):
    gateway, upstream = openai(prompt_caching="on")
    for key in ("mine", None):
        ask(gateway, "a", RULES, prompt_cache_key=key)
        assert upstream.requests[-1].body.count(b"prompt_cache_key") == 1
        assert upstream.requests[-1].json()["prompt_cache_key"] == key


@pytest.mark.parametrize("fields", [{}, {"prompt_caching": "off"}], ids=["auto", "off"])
def test_no_key_is_sent_to_who_may_not_know_it(openai, fields):
    gateway, upstream = openai(**fields)
    ask(gateway, "a", RULES)
    assert "prompt_cache_key" not in upstream.requests[-1].json()


def test_no_key_is_sent_with_a_short_prompt(openai):
    gateway, upstream = openai(prompt_caching="on")
    ask(gateway, "a")
    assert "prompt_cache_key" not in upstream.requests[-1].json()


# -- forecasts --

def remembering():
    """A provider of OpenAI's dialect that remembers every prompt."""
    memory = set()

    def step(peer, request):
        messages = request.json()["messages"]
        known = [end for end in range(1, len(messages)) if json.dumps(messages[:end]) in memory]
        memory.add(json.dumps(messages))
        counted = usage(tokens(messages), 3, cached=tokens(messages[:max(known)]) if known else 0)
        return steps.answer_with("So.", usage=counted)(peer, request)

    return step


def candidates(decision):
    return {one["model"]: one for one in decision["candidates"]}


@pytest.fixture
def pair(farm):
    """Two that are alike, but that `b` costs a tenth more."""
    def make(**sections):
        farm["a"].default, farm["b"].default = remembering(), remembering()
        dearer = {"input": "$3.3", "output": "$16.5", "cache_read": "$0.33"}
        return farm.start({"a": {"price": PRICE, **QUALITY}, "b": {"price": dearer, **QUALITY}},
                          rules=[{"name": "cheap", "when": {}, "use": {"objective": "cost"}}], **sections)

    return make


def test_a_conversation_stays_where_it_is_remembered(pair):
    gateway = pair()
    elsewhere, talk = Talk(gateway, "auto"), Talk(gateway, "b")
    assert chosen(elsewhere.ask("Anybody?")) == "a"
    talk.messages[0]["content"] = RULES + "For b."
    talk.ask("One?")
    talk.model = "auto"
    for text in ("Two?", "Three?"):
        reply = talk.ask(text)
        assert chosen(reply) == "b"
        told = candidates(gateway.decision(reply))
        assert told["b"]["cached_tokens"] > 1_500 and told["a"]["cached_tokens"] == 0
        assert told["b"]["expected_cost_usd"] < told["a"]["expected_cost_usd"] / 1.3
    assert reply.json()["usage"]["prompt_tokens_details"]["cached_tokens"] > 1_500
    explained = gateway.plan({"model": "auto", "messages": talk.messages[:-1]})
    assert candidates(explained)["b"]["cached_tokens"] > 1_500


def test_streams_tell_what_is_remembered_too(pair):
    gateway = pair()
    messages = [{"role": "system", "content": RULES}, {"role": "user", "content": "One?"}]
    assert gateway.chat({"model": "b", "messages": messages, "stream": True}).status == 200
    messages += [{"role": "assistant", "content": "So."}, {"role": "user", "content": "Two?"}]
    plan = gateway.plan({"model": "auto", "messages": messages})
    assert plan["candidates"][0]["model"] == "b" and candidates(plan)["b"]["cached_tokens"] > 1_500


def test_a_conversation_goes_on_elsewhere_when_its_provider_fails(pair, farm):
    gateway = pair(breakers={"consecutive_failures": 1})
    talk = Talk(gateway, "b")
    talk.ask("One?")
    talk.model = "auto"
    farm["b"].default = steps.failure()
    assert chosen(talk.ask("Two?")) == "a", "after b failed"
    asked = farm.asked("b")
    assert chosen(talk.ask("Three?")) == "a"
    assert farm.asked("b") == asked, "its breaker is open, whatever it remembers"


def test_a_conversation_goes_elsewhere_when_nothing_was_read(pair, farm):
    gateway = pair()
    talk = Talk(gateway, "b")
    talk.ask("One?")
    talk.model = "auto"
    farm["b"].default = steps.answer_with("So.", usage=usage(2_000, 3, cached=0))
    assert chosen(talk.ask("Two?")) == "b"
    assert chosen(talk.ask("Three?")) == "a", "answers are believed more than guesses"


# -- what it saves --

def test_savings_and_surcharges_are_counted(claude):
    gateway, upstream = claude()
    talk = Talk(gateway, tools=TOOLS)
    for text in ("One?", "Two?", "Three?"):
        talk.ask(text)
    read = written = 0
    memory = Remembering.fresh()
    for request in upstream.requests:
        asked = copy.deepcopy(request.json())
        ends = [i + 1 for i in marks_of(asked)]
        plain = [{k: v for k, v in block.items() if k != "cache_control"} for block in blocks_of(asked)]
        known = max((end for end in ends if json.dumps(plain[:end]) in memory.memory), default=0)
        memory.memory.update(json.dumps(plain[:end]) for end in ends)
        read += tokens(plain[:known]) if known else 0
        written += tokens(plain[known:max(ends)]) if ends and max(ends) > known else 0
    assert read > 5_000 and written > 5_000
    metrics = gateway.metrics()
    assert metrics.total("headgate_prompt_cache_saved_usd_total", model="a") == near(read * 2.70 / 1e6)
    assert metrics.total("headgate_prompt_cache_surcharge_usd_total", model="a") == near(written * 0.75 / 1e6)
