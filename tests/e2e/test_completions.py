"""OpenAI's completions in front of providers that only converse."""

import json

import pytest
from support import configs, speakers, steps
from support.speakers import CACHED, FRESH, OUTPUT, TEXT
from support.upstream import Upstream

# Each a provider without completions of its own: its dialect, and where its base URL ends.
BEHIND = {"anthropic": speakers.Messages, "gemini": speakers.GenerateContent, "groq": speakers.ChatCompletions}
behind = pytest.mark.parametrize("kind", list(BEHIND))
streamed = pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])


@pytest.fixture
def lab(start, tmp_path):
    upstreams = []

    def make(kind, **fields):
        upstreams.append(upstream := Upstream(BEHIND[kind].provider))
        url = upstream.url.removesuffix("/v1") + BEHIND[kind].base
        return start(configs.gateway(tmp_path, {"lab": configs.provider(url, type=kind)},
                                     {"a": {"provider": "lab", "upstream": "up", **fields}})), upstream

    yield make
    for upstream in upstreams:
        upstream.close()


def ask(gateway, stream=False, **members):
    return gateway.post("/v1/completions", {"model": "a", "prompt": "Weather in Oslo?", "stream": stream, **members})


def said(reply, stream):
    """Text, finish reason and usage."""
    if not stream:
        (choice,) = reply.json()["choices"]
        return choice["text"], choice["finish_reason"], reply.json()["usage"]
    *chunks, last = reply.events()
    chunks = [json.loads(chunk) for chunk in chunks]
    assert last == "[DONE]" and {chunk["object"] for chunk in chunks} == {"text_completion"}
    choices = [choice for chunk in chunks for choice in chunk["choices"]]
    return ("".join(choice["text"] for choice in choices), choices[-1]["finish_reason"], chunks[-1].get("usage"))


@behind
@streamed
def test_a_prompt_is_answered(lab, kind, stream):
    gateway, upstream = lab(kind)
    reply = ask(gateway, stream, max_tokens=64, **({"stream_options": {"include_usage": True}} if stream else {}))
    assert reply.status == 200, reply.body
    text, finish, usage = said(reply, stream)
    assert (text, finish) == (TEXT, "stop")
    assert (usage["prompt_tokens"], usage["completion_tokens"]) == (FRESH + CACHED, OUTPUT)
    sent = upstream.requests[0]
    assert "completions" not in sent.target or sent.target.endswith("/chat/completions")
    assert "Weather in Oslo?" in json.dumps(sent.json()) and "64" in json.dumps(sent.json())
    assert gateway.decision(reply)["attempts"][0]["usage"]["completion_tokens"] == OUTPUT


@behind
def test_usage_is_withheld_where_nobody_asked(lab, kind):
    gateway, _ = lab(kind)
    reply = ask(gateway, True)
    assert said(reply, True)[2] is None
    assert gateway.decision(reply)["attempts"][0]["usage"]["completion_tokens"] == OUTPUT


@behind
@pytest.mark.parametrize("members,param", [
    ({"suffix": "!"}, "suffix"), ({"echo": True}, "echo"), ({"best_of": 2}, "best_of"), ({"logprobs": 1}, "logprobs"),
    ({"prompt": [1, 2]}, "prompt"), ({"prompt": ["a", "b"]}, "prompt")],
    ids=["suffix", "echo", "best_of", "logprobs", "tokens", "several"])
def test_what_a_conversation_has_no_word_for_is_refused_by_name(lab, kind, members, param):
    gateway, upstream = lab(kind)
    reply = ask(gateway, **members)
    assert reply.status == 422 and reply.json()["error"]["param"] == param
    assert upstream.received == 0


@behind
def test_a_providers_refusal_comes_in_openais_shape(lab, kind):
    gateway, upstream = lab(kind)
    upstream.then(BEHIND[kind].refuse(429))
    reply = ask(gateway)
    assert reply.status == 429 and reply.json()["error"]["type"] == "rate_limit_error"


@behind
def test_a_stream_that_breaks_off_is_told(lab, kind):
    gateway, upstream = lab(kind)
    answer = []

    class Peer:
        gone = over = False

        @staticmethod
        def send(data):
            answer.append(data)
            return True

    def cut(peer, request):
        answer.clear()
        BEHIND[kind].provider(Peer, request)
        whole = b"".join(answer)
        peer.send(whole[:len(whole) * 2 // 3])
        peer.close()
    upstream.then(cut)
    events = ask(gateway, True).events()
    assert any("error" in json.loads(event) for event in events if event != "[DONE]"), events


def test_who_has_completions_gets_the_clients_own_bytes(start, tmp_path, upstream):
    gateway = start(configs.one(tmp_path, upstream))
    body = {"model": "a", "prompt": [[1, 2]], "suffix": "!", "echo": True, "unknown": 1}
    assert gateway.post("/v1/completions", body).status == 200
    assert upstream.requests[0].json() == {**body, "model": "up-a"}
    assert upstream.requests[0].target == "/v1/completions"


def test_who_cannot_say_it_is_passed_over(start, tmp_path, upstream, second):
    upstream.default, second.default = speakers.Messages.provider, steps.answer
    gateway = start(configs.gateway(tmp_path, {
        "claude": configs.provider(upstream.url, type="anthropic"), "lab": configs.provider(second.url)},
        {"a": {"provider": "claude"}, "b": {"provider": "lab"}}))
    reply = gateway.post("/v1/completions", {"model": "pool:default", "prompt": "x", "suffix": "!"})
    assert reply.status == 200 and reply.get("x-headgate-model") == "b" and upstream.received == 0
