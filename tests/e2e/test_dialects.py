"""Clients of every dialect in front of providers of every dialect."""

import json

import pytest
from support import configs, payloads, speakers, steps
from support.http1 import sse_data
from support.polling import eventually
from support.speakers import CLIENTS, PROVIDERS
from support.upstream import Upstream

TOKENS = (speakers.FRESH + speakers.CACHED, speakers.CACHED, speakers.OUTPUT)
CALL = (speakers.TOOL, speakers.ARGUMENTS)


@pytest.fixture
def lab(start, tmp_path):
    """`lab(dialect)` is a gateway in front of one provider that speaks it, and that provider."""
    upstreams = []

    def make(dialect, **fields):
        speaker = PROVIDERS[dialect]
        upstream = Upstream(speaker.provider)
        upstreams.append(upstream)
        url = upstream.url.removesuffix("/v1") + speaker.base
        gateway = start(configs.gateway(tmp_path, {"lab": configs.provider(url, type=speaker.type, **fields)},
                                        {"a": {"provider": "lab", "upstream": "up"}}))
        return gateway, upstream

    yield make
    for upstream in upstreams:
        upstream.close()


def ask(gateway, client, stream=False, headers=(), **asked):
    speaker = CLIENTS[client]
    reply = gateway.post(speaker.target("a", stream), speaker.ask("a", stream, **asked), headers=dict(headers))
    assert reply.status == 200, reply.body
    return speaker.read_stream(sse_data(reply.body)) if stream else speaker.read(reply.body)


pairs = pytest.mark.parametrize("client,provider", [(c, p) for c in CLIENTS for p in PROVIDERS])
streamed = pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])


@pairs
@streamed
def test_words_get_through(lab, client, provider, stream):
    gateway, _ = lab(provider)
    said = ask(gateway, client, stream)
    assert said.text == speakers.TEXT
    assert said.finish == "stop" and said.calls == []
    assert said.tokens == TOKENS


@pairs
@streamed
def test_a_call_of_a_tool_gets_through(lab, client, provider, stream):
    gateway, upstream = lab(provider)
    said = ask(gateway, client, stream, tools=True)
    assert said.calls == [CALL] and said.finish == "tool_calls" and said.text == ""
    assert said.tokens == TOKENS


@pairs
@streamed
def test_the_result_of_a_tool_gets_through(lab, client, provider, stream):
    gateway, upstream = lab(provider)
    said = ask(gateway, client, stream, result=True)
    assert said.text == speakers.TEXT
    assert "temp_c" in json.dumps(upstream.requests[-1].json())


@pairs
def test_a_picture_gets_through(lab, client, provider):
    gateway, upstream = lab(provider)
    ask(gateway, client, image=True)
    assert speakers.PNG in json.dumps(upstream.requests[-1].json())


@pairs
def test_what_is_asked_arrives(lab, client, provider):
    gateway, upstream = lab(provider)
    ask(gateway, client)
    sent = upstream.requests[-1].json()
    text = json.dumps(sent)
    assert "Answer briefly." in text and "Weather in Oslo?" in text
    assert "0.5" in text and "256" in text
    if provider == "generate_content":
        assert "model" not in sent and "/models/up:" in upstream.requests[-1].target
    else:
        assert sent["model"] == "up"


@pairs
def test_the_same_request_dry_shows_the_decision(lab, client, provider):
    gateway, upstream = lab(provider)
    speaker = CLIENTS[client]
    reply = gateway.post(speaker.target("a"), speaker.ask("a"), headers={"x-headgate-dry-run": "1"})
    assert reply.status == 200 and reply.json()["candidates"][0]["model"] == "a"
    assert upstream.received == 0


# --- the same dialect on both sides: the client's own bytes

def heavy_messages_body():
    """What a coding agent sends: large, with members that nobody here knows."""
    body = speakers.Messages.ask(tools=True, context_management={"edits": [{"type": "clear_tool_uses_20250919"}]},
                                 betas_of_tomorrow=[1, {"deep": None}], metadata={"user_id": "u"})
    body["system"] = [{"type": "text", "text": "You are an agent. " * 4000, "cache_control": {"type": "ephemeral"}}]
    text = json.dumps(body, indent=1, ensure_ascii=False).replace('"model": "a"', '"model" :  "a"')
    assert len(text) > 70_000
    return text


def test_the_clients_own_bytes_go_through_but_for_the_models_name(lab):
    gateway, upstream = lab("messages")
    text = heavy_messages_body()
    reply = gateway.post("/v1/messages?beta=true", text.encode(),
                         headers={"anthropic-beta": "one,two", "anthropic-version": "2026-10-21"})
    assert reply.status == 200, reply.body
    request = upstream.requests[-1]
    assert request.body.decode() == text.replace('"model" :  "a"', '"model" :  "up"')
    assert request.head.get("anthropic-beta") == "one,two"
    assert request.head.get("anthropic-version") == "2026-10-21"


def test_the_providers_own_bytes_come_back(lab):
    gateway, upstream = lab("messages")
    whole = b'{"id":"msg_9","type":"message", "role":"assistant","model":"up","content":[{"type":"text","text":"hi"},' \
            b'{"type":"server_tool_use","id":"s","name":"web_search","input":{}}],"stop_reason":"end_turn",' \
            b'"stop_sequence":null,"usage":{"input_tokens":3,"output_tokens":2,"unknown":{"a":1}}}'
    upstream.then(steps.reply(whole))
    assert gateway.post("/v1/messages", speakers.Messages.ask()).body == whole


def test_the_providers_own_events_come_back(lab):
    gateway, upstream = lab("messages")
    reply = gateway.post("/v1/messages", speakers.Messages.ask(stream=True))
    assert b"event: ping\ndata:" in reply.body and b"event: message_stop\ndata:" in reply.body
    assert speakers.Messages.read_stream(sse_data(reply.body)).text == speakers.TEXT


# --- errors

def error_of(client, reply):
    error = reply.json()["error"]
    if client == "messages":
        assert reply.json()["type"] == "error" and reply.json()["request_id"] == reply.get("request-id")
    if client == "generate_content":
        assert error["code"] == reply.status and error["status"]
    return error["message"]


@pytest.mark.parametrize("client", CLIENTS)
def test_errors_are_in_the_clients_dialect(lab, client):
    gateway, upstream = lab("chat_completions")
    speaker = CLIENTS[client]
    unknown = gateway.post(speaker.target("nobody"), speaker.ask("nobody"))
    assert unknown.status == 404 and "nobody" in error_of(client, unknown)
    broken = gateway.post(speaker.target("a"), b"{")
    assert broken.status == 400 and error_of(client, broken)
    upstream.then(*[steps.failure("Slow down.", "429 Too Many Requests", "rate_limit_exceeded")] * 3)
    limited = gateway.post(speaker.target("a"), speaker.ask("a"))
    assert limited.status == 429 and error_of(client, limited)
    assert limited.get("retry-after")


@pytest.mark.parametrize("client", CLIENTS)
def test_a_stream_that_breaks_ends_with_an_error_in_the_clients_dialect(lab, client):
    gateway, upstream = lab("messages")
    head = speakers.frames({"type": "message_start", "message": {
        "id": "m", "type": "message", "role": "assistant", "model": "up", "content": [], "stop_reason": None,
        "usage": {"input_tokens": 3, "output_tokens": 1}}},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Half"}})
    upstream.then(steps.raw(head))
    speaker = CLIENTS[client]
    reply = gateway.post(speaker.target("a", True), speaker.ask("a", True))
    text = reply.body.decode()
    assert "Half" in text and "error" in text
    assert "message_stop" not in text and "response.completed" not in text and '"finish_reason":"stop"' not in text


@pytest.mark.parametrize("client", ["messages", "responses", "generate_content"])
def test_a_stream_that_does_not_say_why_it_ends_is_not_taken_for_whole(lab, client):
    gateway, upstream = lab("chat_completions")
    upstream.then(steps.stream(payloads.ROLE, payloads.chunk({"content": "Half"})))
    speaker = CLIENTS[client]
    text = gateway.post(speaker.target("a", True), speaker.ask("a", True)).body.decode()
    assert "Half" in text and "error" in text
    assert "message_stop" not in text and "response.completed" not in text and '"finishReason":"STOP"' not in text


# --- who answers when the first cannot

@pytest.mark.parametrize("client", ["chat_completions", "messages"])
def test_who_speaks_another_dialect_does_not_go_on_with_a_broken_stream(start, tmp_path, client):
    cut = steps.play(steps.raw(steps.stream_bytes(payloads.ROLE, payloads.chunk({"content": "Half"}), end=False)),
                     steps.close)
    with Upstream(cut) as first, Upstream(speakers.Messages.provider) as second:
        able = {"upstream": "up", "supports": ["prefill", "system", "tools"]}
        gateway = start(configs.gateway(
            tmp_path, {"one": configs.provider(first.url), "two": configs.provider(second.url, type="anthropic")},
            {"a": {"provider": "one", "quality": {"chat": 0.9}, **able}, "b": {"provider": "two", **able}},
            pools={"default": ["a", "b"]},
            rules=[{"name": "go on", "when": {}, "use": {"continue_streams": True, "objective": "quality"}}]))
        speaker = CLIENTS[client]
        reply = gateway.post(speaker.target("auto", True), speaker.ask("auto", True))
        assert reply.get("x-headgate-model") == "a" and b"HTTP/1.1" not in reply.body
        assert "Half" in reply.body.decode() and "error" in reply.body.decode() and not second.requests



def test_another_dialect_stands_in(start, tmp_path):
    with Upstream(steps.failure()) as first, Upstream(speakers.Messages.provider) as second:
        gateway = start(configs.gateway(
            tmp_path, {"one": configs.provider(first.url), "two": configs.provider(second.url, type="anthropic")},
            {"a": {"provider": "one", "upstream": "up"}, "b": {"provider": "two", "upstream": "up"}},
            pools={"default": ["a", "b"]}))
        for client in CLIENTS:
            for stream in (False, True):
                speaker = CLIENTS[client]
                reply = gateway.post(speaker.target("auto", stream), speaker.ask("auto", stream))
                assert reply.status == 200 and reply.get("x-headgate-model") in ("a", "b"), reply.body
                said = speaker.read_stream(sse_data(reply.body)) if stream else speaker.read(reply.body)
                assert said.text == speakers.TEXT


def test_what_a_dialect_cannot_say_is_refused_by_name(lab):
    gateway, upstream = lab("messages")
    reply = gateway.post("/v1/chat/completions", speakers.ChatCompletions.ask(logit_bias={"1": 5}))
    assert reply.status == 422 and reply.json()["error"]["param"] == "logit_bias"
    assert reply.json()["error"]["code"] == "capability_unavailable" and upstream.received == 0


@pytest.mark.parametrize("member,value", [("conversation", "conv_1"), ("background", True)])
def test_a_response_that_stands_on_more_than_another_is_refused(lab, member, value):
    gateway, upstream = lab("chat_completions")
    reply = gateway.post("/v1/responses", speakers.Responses.ask(**{member: value}))
    assert reply.status == 422 and reply.json()["error"]["param"] == member and upstream.received == 0


def test_what_changes_no_answer_is_left_out_and_told(lab):
    gateway, upstream = lab("messages")
    reply = gateway.post("/v1/chat/completions", speakers.ChatCompletions.ask(metadata={"team": "a"}))
    assert reply.status == 200 and "metadata" in reply.get("x-headgate-adapted")
    assert "team" not in upstream.requests[-1].body.decode()


# --- the rest of a surface

def test_models_are_listed_in_each_shape(lab):
    gateway, _ = lab("chat_completions")
    openai = gateway.get("/v1/models").json()
    assert openai["object"] == "list" and "a" in [model["id"] for model in openai["data"]]
    messages = gateway.get("/v1/models?limit=1000", headers={"anthropic-version": "2023-06-01"}).json()
    assert messages["has_more"] is False and {"type": "model", "id": "a"}.items() <= messages["data"][0].items()
    gemini = gateway.get("/v1beta/models").json()
    assert "models/a" in [model["name"] for model in gemini["models"]]


def test_tokens_are_counted_without_asking_anybody(lab):
    gateway, upstream = lab("messages")
    body = speakers.Messages.ask()
    del body["max_tokens"]
    short = gateway.post("/v1/messages/count_tokens", body).json()["input_tokens"]
    body["messages"][0]["content"][0]["text"] = "Weather in Oslo? " * 100
    long = gateway.post("/v1/messages/count_tokens", body).json()["input_tokens"]
    assert 0 < short < long and upstream.received == 0


@pytest.mark.parametrize("header", ["authorization", "x-api-key", "x-goog-api-key"])
def test_a_key_is_taken_from_where_a_client_shows_it(start, tmp_path, header):
    with Upstream(speakers.Messages.provider) as upstream:
        gateway = start(configs.gateway(tmp_path, {"lab": configs.provider(upstream.url, type="anthropic")},
                                        {"a": {"provider": "lab", "upstream": "up"}}, access={"auth": "required"}))
        key = gateway.new_key()["key"]
        value = f"Bearer {key}" if header == "authorization" else key
        known = {"authorization": f"Bearer {key}"}
        assert eventually(lambda: gateway.get("/v1/models", headers=known).status == 200)
        for client in CLIENTS:
            speaker = CLIENTS[client]
            assert gateway.post(speaker.target("a"), speaker.ask("a")).status == 401
            assert gateway.post(speaker.target("a"), speaker.ask("a"), headers={header: value}).status == 200
