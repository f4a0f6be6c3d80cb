"""`auto` reads what is asked and takes the pool of that capability."""

import json

import pytest
from support import configs, payloads, steps

CODE = "Write a Python function that reverses a linked list, with unit tests."
SUMMARY = "Summarize the following article in three sentences:\n\nThe council met on Tuesday to discuss the new bridge."
MODELS = {"a": {"provider": "first", "upstream": "up-a"}, "b": {"provider": "second", "upstream": "up-b"}}


@pytest.fixture
def gateway(start, tmp_path, upstream, second):
    upstream.default = steps.answer_with("from the coder")
    second.default = steps.answer_with("from the rest")
    providers = {"first": configs.provider(upstream.url), "second": configs.provider(second.url)}
    return start(configs.gateway(tmp_path, providers, MODELS, pools={"code": ["a"], "default": ["b"]}))


def ask(gateway, text, model="auto", **options):
    return gateway.chat({**payloads.chat(model), "messages": [{"role": "user", "content": text}]}, **options)


def test_code_goes_to_the_pool_for_code(gateway):
    reply = ask(gateway, CODE)
    assert reply.text() == "from the coder"
    assert reply.get("x-headgate-pool") == "code" and reply.get("x-headgate-capability") == "code"


@pytest.mark.parametrize("text", [SUMMARY, "...", "\u0000\U0001f600"])
def test_the_rest_goes_to_the_default_pool(gateway, text):
    assert ask(gateway, text).text() == "from the rest"


def test_a_client_may_name_the_capability(gateway):
    assert ask(gateway, SUMMARY, "auto:code").text() == "from the coder"
    assert ask(gateway, CODE, "auto:chat").text() == "from the rest"
    wrong = ask(gateway, CODE, "auto:cod")
    assert wrong.status == 404 and "auto:code" in wrong.error()["message"]


def test_the_decision_names_the_capability_and_how_sure_it_is(gateway):
    decision = json.loads(ask(gateway, CODE, headers={"x-headgate-dry-run": "1"}).body)
    assert decision["capability"] == "code" and 0.6 <= decision["confidence"] <= 1
    unsure = json.loads(ask(gateway, "...", headers={"x-headgate-dry-run": "1"}).body)
    assert unsure["capability"] is None and 0 <= unsure["confidence"] < 0.6
