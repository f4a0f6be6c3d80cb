"""What providers get wrong, what only their own dialect can say, and URLs of each dialect that are asked for oddly."""

import json

import pytest
from support import configs, payloads, speakers, steps
from support.http1 import sse_data
from support.speakers import CLIENTS, PROVIDERS
from support.upstream import Upstream

TRANSLATED = ["messages", "responses", "generate_content"]  # clients of the others than chat completions
NAMELESS = {"tool_calls": [{"index": 0, "id": "c", "type": "function", "function": {"name": "", "arguments": ""}}]}
START = {"type": "message_start", "message": {
    "id": "m", "type": "message", "role": "assistant", "model": "up", "content": [], "stop_reason": None,
    "usage": {"input_tokens": 33, "cache_read_input_tokens": 7, "output_tokens": 1}}}
TEXT_BLOCK = {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}


def text_delta(text):
    return {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": text}}


@pytest.fixture
def lab(start, tmp_path):
    """`lab(dialect)` is a gateway in front of one provider that speaks it, as model `a`, and that provider."""
    upstreams = []

    def make(dialect="chat_completions", name="a"):
        speaker = PROVIDERS[dialect]
        upstream = Upstream(speaker.provider)
        upstreams.append(upstream)
        url = upstream.url.removesuffix("/v1") + speaker.base
        return start(configs.gateway(tmp_path, {"lab": configs.provider(url, type=speaker.type)},
                                     {name: {"provider": "lab", "upstream": "up"}})), upstream

    yield make
    for upstream in upstreams:
        upstream.close()


@pytest.fixture
def pair(start, tmp_path):
    """`pair(step)` is a gateway whose first provider, of chat completions, plays `step`; the second is healthy."""
    upstreams = []

    def make(step):
        upstreams.extend([Upstream(step), Upstream(speakers.ChatCompletions.provider)])
        return start(configs.gateway(
            tmp_path, {"one": configs.provider(upstreams[0].url), "two": configs.provider(upstreams[1].url)},
            {"a": {"provider": "one", "upstream": "up", "quality": {"chat": 0.9}}, "b": {"provider": "two", "upstream": "up"}},
            pools={"default": ["a", "b"]}, rules=[{"name": "best", "when": {}, "use": {"objective": "quality"}}]))

    yield make
    for upstream in upstreams:
        upstream.close()


def ask(gateway, client, stream=True, model="a", **asked):
    speaker = CLIENTS[client]
    return gateway.post(speaker.target(model, stream), speaker.ask(model, stream, **asked))


# --- streams and answers that an interpreter cannot follow

@pytest.mark.parametrize("client", TRANSLATED)
@pytest.mark.parametrize("stream", [True, False], ids=["stream", "whole"])
def test_a_call_without_a_name_lets_another_answer(pair, client, stream):
    broken = steps.stream(payloads.ROLE, payloads.chunk(NAMELESS), payloads.FINISH)
    if not stream:
        body = payloads.completion()
        body["choices"][0]["message"]["tool_calls"] = [{"id": "c", "type": "function",
                                                        "function": {"name": "", "arguments": "{}"}}]
        broken = steps.reply(body)
    gateway = pair(broken)
    reply = ask(gateway, client, stream, "auto")
    assert reply.status == 200 and reply.get("x-headgate-model") == "b", reply.body
    said = CLIENTS[client].read_stream(sse_data(reply.body)) if stream else CLIENTS[client].read(reply.body)
    assert said.text == speakers.TEXT
    decision = gateway.decision(reply)
    assert [attempt["outcome"] for attempt in decision["attempts"]] == ["upstream_error", "ok"]
    assert decision["outcome"] == "ok"


@pytest.mark.parametrize("client", TRANSLATED)
def test_a_stream_that_cannot_be_followed_to_its_end_is_recorded_as_a_failure(lab, client):
    gateway, upstream = lab()
    upstream.then(steps.stream(payloads.ROLE, payloads.chunk({"content": "Half"}), payloads.chunk(NAMELESS),
                               payloads.FINISH))
    reply = ask(gateway, client)
    assert b"Half" in reply.body and b"error" in reply.body
    decision = gateway.decision(reply)
    assert decision["outcome"] == "upstream_error" and decision["attempts"][0]["outcome"] == "upstream_error"


# --- errors without a frame

BARE = b'{\n  "error": {"message": "No room.", "type": "server_error", "code": "overloaded"}\n}'


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("end", [b"", b"\n\n"], ids=["cut", "blank line"])
def test_an_error_that_stands_in_a_stream_as_it_is_lets_another_answer(pair, client, end):
    gateway = pair(steps.raw(steps.OPENING + steps.chunk(BARE + end) + steps.LAST_CHUNK))
    reply = ask(gateway, client, model="auto")
    assert reply.get("x-headgate-model") == "b", reply.body
    assert CLIENTS[client].read_stream(sse_data(reply.body)).text == speakers.TEXT


def test_an_error_behind_the_last_event_says_why_a_stream_broke_off(lab):
    gateway, upstream = lab("messages")
    half = speakers.frames(START, TEXT_BLOCK, text_delta("Half")).removesuffix(steps.LAST_CHUNK)
    slow = json.dumps(speakers.Messages.error(429, "Slow down."))
    upstream.then(steps.raw(half + steps.chunk(slow) + steps.LAST_CHUNK))
    reply = ask(gateway, "chat_completions")
    assert b"Half" in reply.body and gateway.decision(reply)["outcome"] == "rate_limit_exceeded"


def test_the_end_of_the_transport_ends_the_last_event(lab):
    gateway, upstream = lab()
    events = [payloads.ROLE, payloads.chunk({"content": "All"}), payloads.FINISH]
    bare = "".join(map(steps.event, events)).rstrip("\n")
    upstream.then(steps.raw(steps.STREAM_HEAD + steps.chunk(bare) + steps.LAST_CHUNK))
    reply = ask(gateway, "chat_completions")
    assert b"All" in reply.body and b'"stop"' in reply.body and b'"error"' not in reply.body
    assert gateway.decision(reply)["outcome"] == "ok"


# --- Messages as a provider

def test_what_a_stream_had_cost_is_known_when_it_breaks_off(lab):
    gateway, upstream = lab("messages")
    upstream.then(steps.raw(speakers.frames(START, TEXT_BLOCK, text_delta("Half"))))
    reply = ask(gateway, "chat_completions")
    attempt = gateway.decision(reply)["attempts"][0]
    assert attempt["usage"]["prompt_tokens"] == 40 and attempt["usage"]["cached_tokens"] == 7, attempt


def test_the_input_of_a_call_that_was_never_closed_arrives(lab):
    gateway, upstream = lab("messages")
    call = {"type": "tool_use", "id": "toolu_1", "name": speakers.TOOL, "input": speakers.ARGUMENTS}
    upstream.then(steps.raw(speakers.frames(
        START, {"type": "content_block_start", "index": 0, "content_block": call},
        {"type": "message_delta", "delta": {"stop_reason": "tool_use"}, "usage": {"output_tokens": 3}},
        {"type": "message_stop"})))
    said = speakers.ChatCompletions.read_stream(sse_data(ask(gateway, "chat_completions", tools=True).body))
    assert said.calls == [(speakers.TOOL, speakers.ARGUMENTS)] and said.finish == "tool_calls"


SEARCH = {"type": "server_tool_use", "id": "s", "name": "web_search", "input": {}}


def test_what_the_provider_did_by_itself_is_told_where_it_cannot_be_said(lab):
    gateway, upstream = lab("messages")
    content = [SEARCH, {"type": "text", "text": "Found."}]
    upstream.then(steps.reply({**START["message"], "content": content, "stop_reason": "end_turn"}))
    reply = ask(gateway, "chat_completions", stream=False)
    assert "server_tool_use" in reply.get("x-headgate-adapted") and "Found." in reply.body.decode()
    upstream.then(steps.raw(speakers.frames(
        START, {"type": "content_block_start", "index": 0, "content_block": SEARCH},
        {"type": "content_block_stop", "index": 0}, {**TEXT_BLOCK, "index": 1}, {**text_delta("Found."), "index": 1},
        {"type": "content_block_stop", "index": 1},
        {"type": "message_delta", "delta": {"stop_reason": "pause_turn"}, "usage": {"output_tokens": 3}},
        {"type": "message_stop"})))
    reply = ask(gateway, "chat_completions")
    assert "server_tool_use" in reply.get("x-headgate-adapted")
    last = json.loads(sse_data(reply.body)[-2])
    assert last["x_headgate"]["left_out"] == ["server_tool_use"]
    assert b'"finish_reason":"stop","native_finish_reason":"pause_turn"' in reply.body
    assert "server_tool_use" in gateway.decision(reply)["attempts"][0]["adapted"]


@pytest.mark.parametrize("provider", ["messages", "chat_completions"])
def test_an_error_in_a_stream_of_messages_names_the_request(lab, provider):
    gateway, upstream = lab(provider)
    half = {"messages": speakers.frames(START, TEXT_BLOCK, text_delta("Half")),
            "chat_completions": steps.OPENING + steps.chunk(steps.event(payloads.chunk({"content": "Half"})))}
    upstream.then(steps.play(steps.raw(half[provider].removesuffix(steps.LAST_CHUNK)), steps.close))
    reply = ask(gateway, "messages")
    error = json.loads(sse_data(reply.body)[-1])
    assert error["type"] == "error" and error["request_id"] == reply.get("request-id")


# --- thoughts of another provider

def test_thoughts_that_google_signed_are_not_shown_to_anthropic(lab):
    gateway, upstream = lab("messages")
    asked = speakers.Messages.ask()
    thought = {"type": "thinking", "thinking": "Hm.", "signature": "google-gemini-v1:c2ln"}
    asked["messages"] += [{"role": "assistant", "content": [thought, {"type": "text", "text": "Hi"}]},
                          {"role": "user", "content": "And now?"}]
    reply = gateway.post("/v1/messages", asked)
    assert reply.status == 200, reply.body
    assert "c2ln" not in upstream.requests[-1].body.decode() and "reasoning" in reply.get("x-headgate-adapted")


def test_thoughts_come_back_to_anthropic_through_chat_completions(lab):
    gateway, upstream = lab("messages")
    asked = speakers.ChatCompletions.ask(reasoning_effort="low", max_tokens=4096)
    message = gateway.chat(asked).json()["choices"][0]["message"]
    assert message["reasoning_details"][0]["format"] == "anthropic-claude-v1"
    asked["messages"] += [message, {"role": "user", "content": "And now?"}]
    assert gateway.chat(asked).status == 200
    assert speakers.SIGNATURE in upstream.requests[-1].body.decode()
    message["reasoning_details"][0]["format"] = "google-gemini-v1"
    reply = gateway.chat(asked)
    assert reply.status == 200 and "reasoning" in reply.get("x-headgate-adapted")
    assert speakers.SIGNATURE not in upstream.requests[-1].body.decode()


# --- URLs of generateContent

@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_stream_without_events_is_one_array(lab, provider):
    gateway, _ = lab(provider)
    reply = gateway.post("/v1beta/models/a:streamGenerateContent", speakers.GenerateContent.ask())
    assert reply.status == 200 and reply.get("content-type").startswith("application/json")
    pieces = json.loads(reply.body)
    assert len(pieces) > 1
    assert speakers.GenerateContent.read_stream(map(json.dumps, pieces)).text == speakers.TEXT


def test_an_array_that_breaks_off_ends_with_an_error(lab):
    gateway, upstream = lab()
    upstream.then(steps.stream(payloads.ROLE, payloads.chunk({"content": "Half"}), end=False))
    reply = gateway.post("/v1beta/models/a:streamGenerateContent", speakers.GenerateContent.ask())
    pieces = json.loads(reply.body)
    assert "Half" in json.dumps(pieces[0]) and pieces[-1]["error"]["code"] >= 500


def test_tokens_are_counted_for_google_too(lab):
    gateway, upstream = lab()
    asked = {"contents": speakers.GenerateContent.ask()["contents"]}
    short = gateway.post("/v1beta/models/a:countTokens", asked).json()["totalTokens"]
    asked["contents"][0]["parts"][0]["text"] *= 100
    long = gateway.post("/v1beta/models/a:countTokens", {"generateContentRequest": asked}).json()["totalTokens"]
    assert 0 < short < long and upstream.received == 0
    unknown = gateway.post("/v1beta/models/nobody:countTokens", asked)
    assert unknown.status == 404 and unknown.json()["error"]["status"] == "NOT_FOUND"


@pytest.mark.parametrize("method,path,status", [("GET", "/v1beta/files", 404), ("DELETE", "/v1beta/models", 405),
                                                ("POST", "/v1beta/models/a:embedContent", 404)])
def test_google_tells_google_of_urls_nobody_serves(lab, method, path, status):
    gateway, _ = lab()
    reply = gateway.call(method, path)
    assert reply.status == status and reply.json()["error"]["code"] == status and reply.json()["error"]["status"]


def test_anthropic_is_told_in_its_own_shape_of_urls_nobody_serves(lab):
    gateway, _ = lab()
    for method, path, status in (("POST", "/v1/messages/batches", 404), ("GET", "/v1/messages", 405)):
        reply = gateway.call(method, path)
        assert reply.status == status and reply.json()["type"] == "error"
        assert reply.json()["request_id"] == reply.get("request-id")


def test_names_of_models_are_decoded(lab):
    gateway, upstream = lab("generate_content", "org/name:8b")
    for name in ("org/name:8b", "org%2Fname%3A8b", "org%2fname:8b"):
        reply = gateway.post(f"/v1beta/models/{name}:generateContent", speakers.GenerateContent.ask())
        assert reply.status == 200 and reply.get("x-headgate-model") == "org/name:8b", reply.body
        assert gateway.get(f"/v1/models/{name}").json()["id"] == "org/name:8b"
    assert gateway.get("/v1/models/org%2Fnobody").status == 404


# --- whole answers that are none

@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("body", [b"<html>gateway</html>", b'{"id": "\xff"}'], ids=["html", "not utf-8"])
def test_an_answer_that_is_not_json_lets_another_answer(pair, client, body):
    gateway = pair(steps.reply(body))
    reply = ask(gateway, client, False, "auto")
    assert reply.status == 200 and reply.get("x-headgate-model") == "b", reply.body
    decision = gateway.decision(reply)
    assert [attempt["outcome"] for attempt in decision["attempts"]] == ["upstream_error", "ok"]


@pytest.mark.parametrize("client", [client for client in CLIENTS if client != "generate_content"])
def test_an_answer_the_model_made_nothing_of_is_a_failure_whole_as_streamed(lab, client):
    gateway, upstream = lab("generate_content")
    upstream.then(steps.reply({"candidates": [{"content": {"parts": [{"text": "x"}]},
                                               "finishReason": "MALFORMED_FUNCTION_CALL"}]}))
    assert ask(gateway, client, False).status == 502


# --- what a model said badly, or cut in two

def test_a_stored_call_with_broken_arguments_can_be_gone_on_from(lab):
    gateway, upstream = lab()
    body = payloads.completion()
    body["choices"][0]["message"]["tool_calls"] = [{"id": "c", "type": "function",
                                                    "function": {"name": "f", "arguments": '{"x":'}}]
    upstream.then(steps.reply(body))
    made = gateway.post("/v1/responses", {"model": "a", "input": "Hi"}).json()
    reply = gateway.post("/v1/responses", {"model": "a", "previous_response_id": made["id"], "input": [
        {"type": "function_call_output", "call_id": "c", "output": "bad JSON"}]})
    assert reply.status == 200, reply.body


@pytest.mark.parametrize("client", CLIENTS)
def test_a_character_cut_in_two_ends_no_stream(lab, client):
    gateway, upstream = lab()
    chunks = [json.dumps(payloads.chunk({"content": "CUT"})).replace("CUT", half).encode()
              for half in ("Hello \\ud83d", "\\ude00 there")]
    upstream.then(steps.raw(steps.STREAM_HEAD + b"".join(
        steps.chunk(b"data: " + data + b"\n\n") for data in
        [json.dumps(payloads.ROLE).encode(), *chunks, json.dumps(payloads.FINISH).encode(), b"[DONE]"])
        + steps.LAST_CHUNK))
    reply = ask(gateway, client)
    said = CLIENTS[client].read_stream(sse_data(reply.body))
    assert said.text.startswith("Hello ") and said.text.endswith(" there"), reply.body


@pytest.mark.parametrize("client", CLIENTS)
def test_a_last_chunk_may_hold_usage_alone(lab, client):
    gateway, upstream = lab()
    usage = {"usage": {"prompt_tokens": 3, "completion_tokens": 5, "total_tokens": 8,
                       "prompt_tokens_details": {"cached_tokens": 0}}}
    upstream.then(steps.stream(payloads.ROLE, payloads.chunk({"content": "Hi"}), payloads.FINISH, usage))
    reply = ask(gateway, client)
    assert b"Hi" in reply.body and b'"error":{' not in reply.body, reply.body
    assert gateway.decision(reply)["outcome"] == "ok"


def test_words_between_gateway_and_policy_are_not_the_clients(lab):
    gateway, upstream = lab("generate_content")
    reply = gateway.chat({"model": "a", "messages": [{"role": "user", "content": "Hi"}],
                          "headgate_extras": [{"path": "safetySettings", "value": []}]})
    assert reply.status == 422 and reply.json()["error"]["param"] == "headgate_extras"
    assert upstream.received == 0


def test_tokens_are_counted_for_known_models(lab):
    gateway, _ = lab("messages")
    asked = {"messages": [{"role": "user", "content": "Hi"}]}
    assert gateway.post("/v1/messages/count_tokens", {"model": "a", **asked}).status == 200
    reply = gateway.post("/v1/messages/count_tokens", {"model": "nobody", **asked})
    assert reply.status == 404 and reply.json()["error"]["type"] == "not_found_error"


ERRORS = {"rate_limit_error": ("rate_limit_exceeded", "rate_limit_error", "RESOURCE_EXHAUSTED"),
          "overloaded_error": ("no_healthy_upstream", "overloaded_error", "UNAVAILABLE")}


@pytest.mark.parametrize("kind", ERRORS)
@pytest.mark.parametrize("client", ["chat_completions", "generate_content", "responses"])
def test_an_error_in_the_middle_of_a_stream_keeps_its_meaning(lab, client, kind):
    gateway, upstream = lab("messages")
    upstream.then(steps.raw(speakers.frames(START, TEXT_BLOCK, text_delta("Half"),
                                            {"type": "error", "error": {"type": kind, "message": "No."}})))
    reply = ask(gateway, client)
    last = [json.loads(event) for event in sse_data(reply.body) if event != "[DONE]"][-1]
    if client == "chat_completions":
        assert last["error"]["code"] == ERRORS[kind][0], last
    elif client == "generate_content":
        assert last["error"]["status"] == ERRORS[kind][2], last
        assert gateway.decision(reply)["request_id"] in json.dumps(last)
    else:
        assert last["type"] == "response.failed" and last["response"]["error"], last
        assert "overloaded" in json.dumps(last) or "rate limit" in json.dumps(last), last


@pytest.mark.parametrize("dialect", PROVIDERS)
def test_results_come_right_behind_their_calls(lab, dialect):
    gateway, upstream = lab(dialect)
    call = lambda name: {"type": "function_call", "call_id": name, "name": "f", "arguments": "{}"}
    output = lambda name: {"type": "function_call_output", "call_id": name, "output": f"out-{name}"}
    reply = gateway.post("/v1/responses", {"model": "a", "tools": [{"type": "function", "name": "f", "parameters": {
        "type": "object", "properties": {}}}], "input": [
        {"role": "user", "content": "go"}, call("aa"), call("bb"), output("bb"), {"role": "user", "content": "meanwhile"},
        output("aa")]})
    assert reply.status == 200, reply.body
    sent = upstream.requests[-1].body.decode()
    assert sent.index("out-bb") < sent.index("out-aa") < sent.index("meanwhile"), sent
