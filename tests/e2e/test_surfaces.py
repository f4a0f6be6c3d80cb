"""Moderation, pictures and sound: passed through, with routing, failover and accounting."""

import json
import threading
from decimal import Decimal

import pytest
from support import configs, media, payloads, steps
from support.client import request
from support.http1 import sse_data
from support.media import FORM, SOUND, form, part
from support.polling import eventually

SOUND_PART = part("file", SOUND, "a.mp3")
PICTURE_PART = part("image", b"\x89PNG\r\n\x1a\n--", "a.png")
ASKED = {  # path, body, headers: as each surface is asked
    "moderations": ({"model": "a", "input": "x"}, {}),
    "images/generations": ({"model": "a", "prompt": "x"}, {}),
    "images/edits": (form(PICTURE_PART, part("model", "a"), part("prompt", "x")), FORM),
    "images/variations": (form(part("model", "a"), PICTURE_PART), FORM),
    "audio/speech": ({"model": "a", "input": "x", "voice": "alloy"}, {}),
    "audio/transcriptions": (form(SOUND_PART, part("model", "a")), FORM),
    "audio/translations": (form(SOUND_PART, part("model", "a")), FORM),
}
FORMS = [path for path, (body, _) in ASKED.items() if isinstance(body, bytes)]
each = pytest.mark.parametrize("path", list(ASKED))
PRICE = {"input": "$5", "output": "$40", "per": "1M"}


@pytest.fixture
def lab(farm):
    """Models `a` and `b`, each at a provider that answers everything; fields are those of the models."""
    def make(**fields):
        for name in ("a", "b"):
            farm[name].default = media.answer
        sections = fields.pop("sections", {})
        return farm.start({"a": fields, "b": fields}, **sections)
    return make


def ask(gateway, path, model="a", **options):
    body, headers = ASKED[path]
    if isinstance(body, bytes):
        body = body.replace(b'name="model"\r\n\r\na\r\n', f'name="model"\r\n\r\n{model}\r\n'.encode())
    else:
        body = {**body, "model": model}
    return gateway.post(f"/v1/{path}", body, headers={**headers, **options.pop("headers", {})}, **options)


def error_of(reply):
    assert set(reply.json()) == {"error"} and set(reply.json()["error"]) == {"message", "type", "param", "code"}
    return reply.status, reply.json()["error"]["code"], reply.json()["error"]["param"]


@each
def test_the_answer_comes_as_the_provider_said_it(lab, farm, path):
    reply = ask(lab(), path)
    assert reply.status == 200 and reply.complete
    assert reply.get("x-headgate-model") == "a" and reply.get("x-headgate-provider") == "at-a"
    assert reply.get("x-headgate-attempts") == "1" and reply.get("x-request-id")
    if path == "audio/speech":
        assert reply.body == SOUND and reply.get("content-type") == "audio/mpeg"
    else:
        assert reply.json() in (media.MODERATION, media.PICTURES, media.TRANSCRIPT)
    assert farm["a"].requests[0].target == f"/v1/{path}"


@each
def test_the_request_goes_through_but_for_the_models_name(lab, farm, path):
    gateway = lab()
    ask(gateway, path)
    request, (body, headers) = farm["a"].requests[0], ASKED[path]
    if path in FORMS:
        assert request.body == body.replace(b"\r\n\r\na\r\n", b"\r\n\r\nup-a\r\n")
        assert request.head.get("content-type") == headers["content-type"]
    else:
        assert request.body == json.dumps(body).encode().replace(b'"a"', b'"up-a"')
        assert request.head.get("content-type") == "application/json"
    assert request.head.get("accept") == "*/*"


@each
def test_another_answers_where_one_fails(lab, farm, path):
    gateway = lab()
    farm["a"].default = steps.failure()
    reply = ask(gateway, path, "pool:default")
    assert reply.status == 200
    assert reply.get("x-headgate-model") == "b" and reply.get("x-headgate-attempts") == "2"
    assert [attempt["outcome"] for attempt in gateway.decision(reply)["attempts"]] == ["upstream_error", "ok"]


@each
def test_an_error_inside_a_200_lets_another_answer(lab, farm, path):
    gateway = lab()
    farm["a"].default = steps.reply(payloads.error("no", kind="server_error"))
    reply = ask(gateway, path, "pool:default")
    assert reply.status == 200 and reply.get("x-headgate-model") == "b"


@each
def test_an_answer_of_another_kind_lets_another_answer(lab, farm, path):
    gateway = lab()
    farm["a"].default = steps.reply(b"<html>", kind="text/html")
    assert ask(gateway, path, "pool:default").get("x-headgate-model") == "b"


@each
def test_the_providers_refusal_is_told_in_openais_words(lab, farm, path):
    gateway = lab()
    farm["a"].default = steps.reply(payloads.error("too long", "string_above_max_length"), "400 Bad Request")
    assert error_of(ask(gateway, path)) == (400, "string_above_max_length", None)
    assert farm.asked("a") == 1 and farm.asked("b") == 0


@each
def test_a_provider_without_it_is_not_asked(start, tmp_path, upstream, path):
    upstream.default = media.answer
    gateway = start(configs.gateway(tmp_path, {
        "claude": configs.provider(upstream.url, type="anthropic"), "lab": configs.provider(upstream.url)},
        {"a": {"provider": "claude", "upstream": "up"}, "b": {"provider": "lab", "upstream": "up-b"}}))
    assert error_of(ask(gateway, path)) == (422, "capability_unavailable", "model")
    assert upstream.received == 0
    assert ask(gateway, path, "pool:default").get("x-headgate-model") == "b"


@each
def test_auto_is_refused_by_name(lab, farm, path):
    gateway = lab()
    for model in ("auto", "auto:code"):
        assert error_of(ask(gateway, path, model)) == (400, "invalid_request", "model")
    assert farm.asked("a") == 0


@each
def test_an_unknown_model_is_named(lab, path):
    reply = ask(lab(), path, "aa")
    assert error_of(reply)[:2] == (404, "model_not_found") and "`a`" in reply.json()["error"]["message"]


@each
def test_the_same_request_dry_shows_the_decision(lab, farm, path):
    reply = ask(lab(), path, headers={"x-headgate-dry-run": "1"})
    decision = reply.json()
    assert reply.status == 200 and [one["model"] for one in decision["candidates"]] == ["a"]
    assert decision["capability"] is None and decision["needs"] == []
    assert farm.asked("a") == 0


@each
def test_each_surface_is_counted_under_its_own_route(lab, path):
    gateway = lab()
    ask(gateway, path)
    routes = {"audio/speech": "speech", "audio/transcriptions": "transcriptions", "audio/translations": "translations",
              "images/generations": "image_generations", "images/edits": "image_edits",
              "images/variations": "image_variations", "moderations": "moderations"}
    labels = {"surface": "openai", "route": routes[path], "code": "200"}
    assert eventually(lambda: gateway.metrics().total("headgate_http_requests_total", **labels) == 1)


def test_a_model_that_is_only_for_conversations_is_not_asked(lab, farm):
    gateway = farm.start({"a": {"upstream": "gpt-4o", "at": {"type": "openai"}}})
    assert error_of(ask(gateway, "moderations"))[:2] == (422, "capability_unavailable")


# --- the model that is not named

DEFAULTS = {"moderations": "omni-moderation-latest", "images/generations": "dall-e-2", "images/edits": "gpt-image-1.5",
            "images/variations": "dall-e-2"}


def without_model(path):
    body = ASKED[path][0]
    return body.replace(part("model", "a"), b"") if path in FORMS else {k: v for k, v in body.items() if k != "model"}


@pytest.mark.parametrize("path,default", DEFAULTS.items())
def test_openais_default_is_asked_where_it_is_configured(farm, path, default):
    farm[default].default = media.answer
    gateway = farm.start({default: {"upstream": "up"}})
    body = without_model(path)
    reply = gateway.post(f"/v1/{path}", body, headers=ASKED[path][1])
    assert reply.status == 200 and reply.get("x-headgate-model") == default
    sent = farm[default].requests[0].body
    if path in FORMS:
        assert sent == part("model", "up") + body
    else:
        assert json.loads(sent) == {**body, "model": "up"}


@pytest.mark.parametrize("path", DEFAULTS)
def test_openais_default_is_unknown_where_it_is_not(lab, path):
    reply = lab().post(f"/v1/{path}", without_model(path), headers=ASKED[path][1])
    assert error_of(reply)[:2] == (404, "model_not_found") and DEFAULTS[path] in reply.json()["error"]["message"]


# --- streams

STREAMS = [("images/generations", {"model": "a", "prompt": "x", "stream": True}, {}, media.PICTURE_EVENTS),
           ("images/edits", form(part("model", "a"), part("stream", "true"), PICTURE_PART), FORM, media.PICTURE_EVENTS),
           ("audio/speech", {"model": "a", "input": "x", "stream_format": "sse"}, {}, media.SPEECH_EVENTS),
           ("audio/transcriptions", form(SOUND_PART, part("model", "a"), part("stream", "true")), FORM,
            media.TRANSCRIPT_EVENTS)]
streams = pytest.mark.parametrize("path,body,headers,events", STREAMS, ids=[path for path, *_ in STREAMS])


@streams
def test_events_come_as_the_provider_said_them(lab, path, body, headers, events):
    gateway = lab(price=PRICE)
    reply = gateway.post(f"/v1/{path}", body, headers=headers)
    assert reply.status == 200 and reply.complete and reply.get("content-type").startswith("text/event-stream")
    assert reply.body == b"".join(map(media.named_event, events))
    usage = events[-1]["usage"]
    (attempt,) = gateway.decision(reply)["attempts"]
    assert attempt["usage"] == {"prompt_tokens": usage["input_tokens"], "completion_tokens": usage["output_tokens"]}
    assert attempt["cost_usd"] == pytest.approx(usage["input_tokens"] * 5e-6 + usage["output_tokens"] * 40e-6)


@streams
def test_an_error_in_front_of_the_first_event_lets_another_answer(lab, farm, path, body, headers, events):
    gateway = lab()
    farm["a"].default = media.stream([{"type": "error", "error": {"message": "no", "type": "server_error"}}])
    body = {**body, "model": "pool:default"} if isinstance(body, dict) else body.replace(
        b"\r\n\r\na\r\n", b"\r\n\r\npool:default\r\n")
    reply = gateway.post(f"/v1/{path}", body, headers=headers)
    assert reply.get("x-headgate-model") == "b" and reply.body == b"".join(map(media.named_event, events))


@streams
@pytest.mark.parametrize("end", [b"", media.named_event({"type": "error", "error": {"message": "no"}}), b"data: {\n\n"],
                         ids=["cut", "error", "broken"])
def test_a_stream_that_breaks_ends_with_an_error(lab, farm, path, body, headers, events, end):
    gateway = lab()
    first = media.named_event(events[0])
    farm["a"].default = steps.raw(steps.STREAM_HEAD + steps.chunk(first + end) + steps.LAST_CHUNK)
    reply = gateway.post(f"/v1/{path}", body, headers=headers)
    assert reply.body.startswith(first)
    assert json.loads(sse_data(reply.body)[-1])["error"]["type"]
    assert gateway.decision(reply)["attempts"][0]["outcome"] != "ok"


def test_a_whole_transcript_is_fine_where_the_provider_does_not_stream(lab, farm):
    gateway = lab()
    farm["a"].default = steps.reply(media.TRANSCRIPT)
    reply = gateway.post("/v1/audio/transcriptions", STREAMS[3][1], headers=FORM)
    assert reply.json() == media.TRANSCRIPT


# --- sound

def test_sound_is_passed_on_as_it_comes(lab, farm):
    gateway, more = lab(), threading.Event()
    head = steps.head("200 OK", "content-type: audio/wav", "transfer-encoding: chunked")
    farm["a"].default = steps.play(steps.raw(head + steps.chunk(b"RIFF")), steps.wait_for(more),
                                   steps.raw(steps.chunk(b"more") + steps.LAST_CHUNK))
    with gateway.client() as client:
        client.send(request("POST", "/v1/audio/speech", body=ASKED["audio/speech"][0]))
        head = client.head()
        pieces = client.reader.body(head, until_close=False)
        assert next(pieces) == b"RIFF"
        more.set()
        assert b"".join(pieces) == b"more"


def test_sound_that_breaks_off_is_seen_to(lab, farm):
    gateway = lab()
    head = steps.head("200 OK", "content-type: audio/wav", "transfer-encoding: chunked")
    farm["a"].default = steps.play(steps.raw(head + steps.chunk(b"RIFF")), steps.close)
    reply = ask(gateway, "audio/speech")
    assert reply.body == b"RIFF" and not reply.complete
    assert gateway.decision(reply)["attempts"][0]["outcome"] == "upstream_error"


@pytest.mark.parametrize("broken", [media.sound(b""), steps.reply({"audio": "AA=="})], ids=["empty", "json"])
def test_no_sound_is_no_answer(lab, farm, broken):
    gateway = lab()
    farm["a"].default = broken
    assert ask(gateway, "audio/speech", "pool:default").get("x-headgate-model") == "b"


def test_nobody_counts_sound_and_its_cost_is_not_zero(lab):
    gateway = lab(price=PRICE)
    reply = ask(gateway, "audio/speech")
    decision = gateway.decision(reply)
    assert decision["cost_usd"] is None and decision["attempts"][0]["usage"] == {}
    assert reply.get("x-headgate-cost-usd") is None
    assert eventually(lambda: gateway.metrics().total("headgate_unpriced_requests_total") == 1)


def test_long_sound_takes_no_memory(lab, farm):
    gateway = lab()
    size, piece = 96 << 20, bytes(1 << 20)
    farm["a"].default = steps.play(
        steps.raw(steps.head("200 OK", "content-type: audio/wav", f"content-length: {size}")),
        *[steps.raw(piece)] * (size >> 20))
    before = gateway.rss()
    with gateway.client(timeout=30) as client:
        client.send(request("POST", "/v1/audio/speech", body=ASKED["audio/speech"][0]))
        assert sum(len(one) for one in client.reader.body(client.head(), until_close=False)) == size
    assert gateway.peak_rss() - before < 16 << 20


# --- accounting

def test_pictures_cost_what_their_tokens_do(lab):
    reply = ask(lab(price=PRICE), "images/generations")
    assert Decimal(reply.get("x-headgate-cost-usd")) == (50 * 5 + 4000 * 40) / Decimal(1_000_000)


def test_transcripts_cost_what_their_tokens_do(lab):
    reply = ask(lab(price=PRICE), "audio/transcriptions")
    assert Decimal(reply.get("x-headgate-cost-usd")) == (14 * 5 + 5 * 40) / Decimal(1_000_000)


def test_seconds_are_told_and_cost_nobody_knows_what(lab, farm):
    gateway = lab(price=PRICE)
    farm["a"].default = steps.reply(media.TIMED)
    decision = gateway.decision(ask(gateway, "audio/transcriptions"))
    assert decision["attempts"][0]["usage"] == {"audio_seconds": 9.5}
    assert decision["cost_usd"] is None and decision["attempts"][0]["cost_usd"] is None


def test_subtitles_come_as_text(lab):
    gateway = lab()
    body = form(SOUND_PART, part("model", "a"), part("response_format", "srt"))
    reply = gateway.post("/v1/audio/transcriptions", body, headers=FORM)
    assert reply.get("content-type") == "text/plain; charset=utf-8" and reply.body.endswith(b"\nhi\n")


# --- limits and faults

@pytest.mark.parametrize("body,headers,expected", [
    (b"{}", {"content-type": "application/json"}, (415, "unsupported_media_type", None)),
    (form(SOUND_PART), FORM, (400, "invalid_request", "model")),
    (form(part("model", "a"), part("model", "b")), FORM, (400, "invalid_request", "model")),
    (form(part("model", "a"), SOUND_PART)[:-4], FORM, (400, "invalid_request", None)),
    (form(part("model", "a")), {"content-type": "multipart/form-data"}, (400, "invalid_request", None)),
], ids=["json", "no model", "two models", "cut", "no boundary"])
def test_a_form_that_cannot_be_read_is_refused(lab, farm, body, headers, expected):
    assert error_of(lab().post("/v1/audio/transcriptions", body, headers=headers)) == expected
    assert farm.asked("a") == 0


def test_a_form_may_be_as_large_as_a_body(start, tmp_path, upstream):
    upstream.default = media.answer
    gateway = start(configs.one(tmp_path, upstream, {"first_byte": "20s"}, server={"max_body": "26MiB"}))
    large = part("file", bytes(range(256)) * (25 << 12), "a.wav")
    reply = gateway.post("/v1/audio/transcriptions", form(large, part("model", "a")), headers=FORM, timeout=30)
    assert reply.status == 200
    assert upstream.requests[0].body == form(large, part("model", "up-a"))
    reply = gateway.post("/v1/audio/transcriptions", form(large, large, part("model", "a")), headers=FORM, timeout=30)
    assert error_of(reply)[:2] == (413, "request_too_large")


def test_a_provider_that_says_nothing_is_not_waited_for_forever(lab, farm):
    gateway = lab()
    farm["a"].default = steps.stall()
    assert ask(gateway, "images/generations", "pool:default").get("x-headgate-model") == "b"
    farm["b"].default = steps.stall()
    assert error_of(ask(gateway, "images/generations", "b"))[:2] == (504, "upstream_timeout")


def test_breakers_open_for_these_too(lab, farm):
    gateway = lab(sections={"breakers": {"consecutive_failures": 2}})
    farm["a"].default = steps.failure()
    for _ in range(2):
        ask(gateway, "moderations")
    assert error_of(ask(gateway, "moderations"))[:2] == (503, "no_healthy_upstream")
    assert farm.asked("a") == 2


def test_the_client_who_leaves_ends_the_attempt(lab, farm):
    gateway = lab()
    farm["a"].default = steps.stall(5)
    with gateway.client() as client:
        client.send(request("POST", "/v1/audio/speech", body=ASKED["audio/speech"][0]))
        assert farm["a"].wait_for_requests(1)
    peer = farm["a"].requests[0].peer
    assert eventually(lambda: peer.gone)


# --- how streams end

@pytest.mark.parametrize("event", [b'event: error\ndata: {"type": "error", "code": "x", "message": "Secret."}\n\n',
                                   b'data: {"type": "image_generation.failed"}\n\n'], ids=["error", "failed"])
def test_a_failure_without_an_error_member_lets_another_answer(lab, farm, event):
    gateway = lab()
    farm["a"].default = steps.raw(steps.STREAM_HEAD + steps.chunk(event) + steps.LAST_CHUNK)
    reply = gateway.post("/v1/images/generations", {"model": "pool:default", "prompt": "x", "stream": True})
    assert reply.get("x-headgate-model") == "b" and b"Secret" not in reply.body, reply.body


def test_the_end_of_the_transport_ends_the_last_event(lab, farm):
    gateway = lab()
    event = media.named_event(media.PICTURE_EVENTS[-1]).rstrip(b"\n")
    farm["a"].default = steps.raw(steps.STREAM_HEAD + steps.chunk(event) + steps.LAST_CHUNK)
    reply = gateway.post("/v1/images/generations", {"model": "a", "prompt": "x", "stream": True})
    assert reply.status == 200 and reply.body.startswith(event), reply.body
    assert gateway.decision(reply)["attempts"][-1]["usage"]
