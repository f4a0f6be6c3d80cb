"""A provider says that the context is too long: who is asked then, and who is not."""

import json

import pytest
from support import payloads, steps
from support.farm import ask, chosen

SAID = "This model's maximum context length is 1000 tokens. However, you requested 1200 tokens."
OVERFLOW = steps.failure(SAID, "400 Bad Request", "context_length_exceeded")
SMALL, LARGE = {"context_window": 1000}, {"context_window": 8000}


@pytest.fixture
def overflowing(farm):
    farm["a"].default = OVERFLOW
    return lambda *others, **sections: farm.start(dict(zip("abcd", [SMALL, *others])), **sections)


def attempted(gateway, reply):
    return [attempt["model"] for attempt in gateway.decision(reply)["attempts"]]


@pytest.mark.parametrize("stream", [False, True])
def test_a_larger_window_is_asked(overflowing, stream):
    gateway = overflowing(LARGE)
    reply = ask(gateway, stream=stream)
    assert (reply.text(), reply.get("x-headgate-attempts")) == ("from b", "2")
    assert gateway.metrics().total("headgate_failovers_total", reason="context_length_exceeded") == 1


@pytest.mark.parametrize("other", [SMALL, {"context_window": 500}, {}], ids=["equal", "smaller", "unknown"])
def test_without_a_larger_window_the_refusal_passes_unchanged(overflowing, farm, other):
    gateway = overflowing(other)
    reply = ask(gateway)
    assert reply.status == 400
    assert reply.error() == payloads.error(SAID, "context_length_exceeded")["error"]
    assert farm.asked("b") == 0
    assert ("b", "context_window") in {(one["model"], one["reason"]) for one in gateway.decision(reply)["excluded"]}


def test_smaller_windows_are_passed_over(overflowing):
    gateway = overflowing({"context_window": 500}, {}, LARGE)
    assert attempted(gateway, ask(gateway)) == ["a", "d"]


def test_windows_grow_from_refusal_to_refusal(overflowing, farm):
    farm["b"].default = steps.failure("longer than 8000", "400 Bad Request", "context_length_exceeded")
    gateway = overflowing(LARGE, {"context_window": 4000}, {"context_window": 9000})
    reply = ask(gateway, "a", models=["b", "c", "d"])
    assert attempted(gateway, reply) == ["a", "b", "d"] and chosen(reply) == "d"


def test_the_last_refusal_is_told_when_all_overflow(overflowing, farm):
    farm["b"].default = steps.failure("longer than 8000", "400 Bad Request", "context_length_exceeded")
    reply = ask(overflowing(LARGE))
    assert reply.status == 400 and reply.error()["code"] == "context_length_exceeded"
    assert farm.asked("a") == farm.asked("b") == 1


def test_after_an_overflow_other_failures_go_on_to_larger_windows_only(overflowing, farm):
    farm["b"].default = steps.failure()
    gateway = overflowing(LARGE, {}, LARGE)
    assert attempted(gateway, ask(gateway, "a", models=["b", "c", "d"])) == ["a", "b", "d"]


def test_pass_asks_nobody_else(overflowing, farm):
    reply = ask(overflowing(LARGE, failover={"context_overflow": "pass"}))
    assert (reply.status, reply.error()["message"]) == (400, SAID) and farm.asked("b") == 0


def test_a_strict_name_asks_nobody_else(overflowing, farm):
    reply = ask(overflowing(LARGE), "a")
    assert (reply.status, reply.error()["message"]) == (400, SAID) and farm.asked("b") == 0


def test_another_refusal_of_the_request_is_no_overflow(farm):
    farm["a"].default = steps.failure("`seed` must be positive", "400 Bad Request", "invalid_value")
    gateway = farm.start({"a": SMALL, "b": LARGE})
    assert ask(gateway).status == 400 and farm.asked("b") == 0


@pytest.mark.parametrize("said", [
    {"object": "error", "message": SAID, "type": "BadRequestError", "param": None, "code": 400},
    {"error": {"message": SAID, "type": "BadRequestError", "param": None, "code": 400}},
    {"error": {"code": 400, "message": "the request exceeds the available context size, try increasing it",
               "type": "exceed_context_size_error", "n_prompt_tokens": 1200, "n_ctx": 1000}},
    {"error": {"message": "Input is too long: maximum context length exceeded", "type": "invalid_request_error",
               "param": "messages", "code": None}},
], ids=["vllm", "vllm's newer", "llama.cpp", "words only"])
def test_it_is_known_by_its_words_too(overflowing, farm, said):
    farm["a"].default = steps.reply(said, "400 Bad Request")
    assert ask(overflowing(LARGE)).text() == "from b"


@pytest.mark.parametrize("fault", [
    steps.reply(payloads.error(SAID, "context_length_exceeded")),
    steps.raw(steps.OPENING + steps.chunk(steps.event(payloads.error(SAID, "context_length_exceeded")))),
], ids=["under a 200", "as an event"])
def test_it_is_known_inside_a_200_stream(overflowing, farm, fault):
    farm["a"].default = fault
    assert ask(overflowing(LARGE), stream=True).text() == "from b"


def test_an_overflow_is_nobodys_failure(overflowing):
    gateway = overflowing(LARGE, breakers={"consecutive_failures": 3})
    for _ in range(6):
        assert ask(gateway, "a", models=["b"]).text() == "from b"
    assert {one["model"]: one["state"] for one in gateway.look("breakers")["models"]}["a"] == "closed"


def test_what_is_known_to_be_too_long_is_not_sent_at_all(farm):
    gateway = farm.start({"a": SMALL, "b": {"context_window": 100_000}})
    long = "many words " * 5000
    assert chosen(ask(gateway, text=long)) == "b" and farm.asked("a") == 0
    refused = ask(gateway, "a", text=long)
    assert (refused.status, refused.error()["code"]) == (400, "context_length_exceeded")
    assert "1000" in refused.error()["message"] and farm.asked("a") == 0
    assert json.loads(refused.body)["error"]["type"] == "invalid_request_error"
