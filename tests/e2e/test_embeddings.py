"""OpenAI's embeddings in front of Gemini."""

import base64
import struct
from decimal import Decimal

import pytest
from support import configs, speakers, steps
from support.speakers import FRESH, VECTOR
from support.upstream import Upstream


@pytest.fixture
def gemini():
    with Upstream(speakers.GenerateContent.provider) as running:
        yield running


@pytest.fixture
def gateway(start, tmp_path, gemini):
    url = gemini.url.removesuffix("/v1") + "/v1beta"
    return start(configs.gateway(tmp_path, {"lab": configs.provider(url, type="gemini")}, {
        "a": {"provider": "lab", "upstream": "embed", "price": {"input": "$0.15", "per": "1M"}}}))


def ask(gateway, **members):
    return gateway.post("/v1/embeddings", {"model": "a", "input": "x", **members})


def test_texts_are_embedded(gateway, gemini):
    reply = ask(gateway, input=["x", "y"], dimensions=3)
    assert reply.status == 200, reply.body
    assert reply.json() == {"object": "list", "model": "embed", "usage": {"prompt_tokens": FRESH, "total_tokens": FRESH},
                            "data": [{"object": "embedding", "index": i, "embedding": VECTOR} for i in range(2)]}
    (sent,) = gemini.requests
    assert sent.target == "/v1beta/models/embed:batchEmbedContents"
    assert sent.json() == {"requests": [
        {"model": "models/embed", "content": {"parts": [{"text": text}]}, "outputDimensionality": 3} for text in "xy"]}


def test_base64_is_made_here(gateway):
    reply = ask(gateway, encoding_format="base64")
    packed = base64.b64decode(reply.json()["data"][0]["embedding"])
    assert list(struct.unpack("<3f", packed)) == VECTOR


def test_what_was_used_is_accounted(gateway):
    reply = ask(gateway)
    assert Decimal(reply.get("x-headgate-cost-usd")) == FRESH * Decimal("0.15") / 1_000_000
    assert gateway.decision(reply)["attempts"][0]["usage"]["prompt_tokens"] == FRESH


def test_what_was_not_counted_is_not_known(gateway, gemini):
    gemini.then(steps.reply({"embeddings": [{"values": VECTOR}]}))
    reply = ask(gateway)
    assert reply.status == 200 and "usage" not in reply.json()
    assert gateway.decision(reply)["cost_usd"] is None


@pytest.mark.parametrize("members,param", [({"input": [1, 2]}, "input"), ({"input_type": "query"}, "input_type")])
def test_what_gemini_has_no_word_for_is_refused_by_name(gateway, gemini, members, param):
    reply = ask(gateway, **members)
    assert reply.status == 422 and reply.json()["error"]["param"] == param
    assert gemini.received == 0


def test_who_a_user_is_changes_no_embedding(gateway):
    assert ask(gateway, user="u").get("x-headgate-adapted") == "user"


@pytest.mark.parametrize("step,status", [
    (speakers.GenerateContent.refuse(429), 429), (speakers.GenerateContent.refuse(400), 400),
    (steps.reply({"embeddings": []}), 502)], ids=["429", "400", "empty"])
def test_failures_come_in_openais_shape(gateway, gemini, step, status):
    gemini.then(step)
    reply = ask(gateway)
    assert reply.status == status and set(reply.json()["error"]) == {"message", "type", "param", "code"}


def test_a_provider_without_embeddings_is_not_asked(start, tmp_path, upstream):
    gateway = start(configs.gateway(tmp_path, {"lab": configs.provider(upstream.url, type="anthropic")},
                                    {"a": {"provider": "lab"}}))
    reply = ask(gateway)
    assert reply.status == 422 and "/v1/embeddings" in reply.json()["error"]["message"]
    assert upstream.received == 0
