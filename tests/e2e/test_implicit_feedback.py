"""What answers say of their own quality, and what it changes: cut, refused, not the JSON that was asked for."""

import json

import pytest
from support import payloads, steps
from support.farm import ask, chosen

SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}, "people": {"type": "integer"}},
          "required": ["city", "people"], "additionalProperties": False}
AS_SCHEMA = {"type": "json_schema", "json_schema": {"name": "city", "strict": True, "schema": SCHEMA}}
AS_OBJECT = {"type": "json_object"}
SOUND = '{"city": "Graz", "people": 302000}'
BROKEN = {"a fence": f"```json\n{SOUND}\n```", "half": '{"city": "Graz", ', "words": "Sure! Graz has 302000 people."}
STEADY = {"temperature": 0, "exploration": 0}
BETTER, GOOD = {"quality": {"chat": 0.8}}, {"quality": {"chat": 0.7}}


@pytest.fixture
def gateway(farm):
    farm["a"].default = farm["b"].default = steps.answer_with(SOUND)
    return farm.start({"a": BETTER, "b": GOOD}, scheduler=STEADY)


def figures(gateway, name):
    return next(one for one in gateway.look("models")["models"] if one["model"] == name)


def signal(gateway, reply):
    return gateway.decision(reply)["attempts"][-1].get("signal")


def counted(gateway, name, kind):
    return gateway.metrics().total("headgate_implicit_feedback_total", model=name, signal=kind) or 0


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
@pytest.mark.parametrize("said", BROKEN.values(), ids=BROKEN)
@pytest.mark.parametrize("wanted", [AS_OBJECT, AS_SCHEMA], ids=["json_object", "json_schema"])
def test_what_is_no_json_is_noticed(gateway, farm, wanted, said, stream):
    farm["a"].default = steps.answer_with(said)
    reply = ask(gateway, "a", response_format=wanted, stream=stream)
    assert reply.status == 200 and reply.text() == said, "and passed on as it is"
    assert signal(gateway, reply) == "invalid_json"
    assert counted(gateway, "a", "invalid_json") == 1
    assert figures(gateway, "a")["json_flaws"] == pytest.approx(0.7)
    assert figures(gateway, "a")["flaws"] == 0, "only requests for JSON are kept from it"


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
def test_json_of_another_schema_is_noticed(gateway, farm, stream):
    farm["a"].default = steps.answer_with('{"city": "Graz"}')
    assert signal(gateway, ask(gateway, "a", response_format=AS_SCHEMA, stream=stream)) == "invalid_json"
    assert signal(gateway, ask(gateway, "a", response_format=AS_OBJECT, stream=stream)) is None


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
def test_what_was_asked_for_is_not_held_against_it(gateway, stream):
    for wanted in (AS_OBJECT, AS_SCHEMA):
        assert signal(gateway, ask(gateway, "a", response_format=wanted, stream=stream)) is None
    assert figures(gateway, "a")["json_flaws"] == 0
    assert counted(gateway, "a", "invalid_json") == 0


def test_nobody_judges_what_was_not_asked_for_json(gateway, farm):
    farm["a"].default = steps.answer_with("{")
    assert signal(gateway, ask(gateway, "a")) is None
    assert signal(gateway, ask(gateway, "a", response_format={"type": "text"})) is None
    assert figures(gateway, "a")["json_flaws"] is None


def completed(finish, **message):
    whole = payloads.completion("{")
    whole["choices"][0] |= {"finish_reason": finish}
    whole["choices"][0]["message"] |= message
    return steps.reply(whole)


def test_an_answer_at_its_limit_of_length_is_nobodys_fault(gateway, farm):
    farm["a"].default = completed("length")
    assert signal(gateway, ask(gateway, "a", response_format=AS_OBJECT)) is None
    assert figures(gateway, "a")["json_flaws"] is None
    farm["a"].default = steps.stream(payloads.chunk({"content": "{"}), payloads.chunk(finish="length"))
    assert signal(gateway, ask(gateway, "a", response_format=AS_OBJECT, stream=True)) is None


def test_calls_of_tools_are_not_judged(gateway, farm):
    call = {"id": "1", "type": "function", "function": {"name": "f", "arguments": "{"}}
    farm["a"].default = completed("tool_calls", content=None, tool_calls=[call])
    assert signal(gateway, ask(gateway, "a", response_format=AS_SCHEMA)) is None


REFUSALS = {"a filter": completed("content_filter"), "a refusal": completed("stop", content=None, refusal="No.")}
REFUSALS_IN_STREAMS = {
    "a filter": steps.stream(payloads.chunk({"content": "We"}), payloads.chunk(finish="content_filter")),
    "a refusal": steps.stream(payloads.chunk({"refusal": "No."}), payloads.FINISH)}


@pytest.mark.parametrize("kind", REFUSALS)
@pytest.mark.parametrize("steps_of", [REFUSALS, REFUSALS_IN_STREAMS], ids=["whole", "stream"])
@pytest.mark.parametrize("fields", [{}, {"response_format": AS_SCHEMA}], ids=["text", "json"])
def test_refusals_are_noticed(gateway, farm, kind, steps_of, fields):
    farm["a"].default = steps_of[kind]
    reply = ask(gateway, "a", stream=steps_of is REFUSALS_IN_STREAMS, **fields)
    assert signal(gateway, reply) == "refused"
    assert (counted(gateway, "a", "refused"), counted(gateway, "a", "invalid_json")) == (1, 0)
    assert figures(gateway, "a")["flaws"] == pytest.approx(0.25)


def test_a_stream_that_breaks_is_cut(gateway, farm):
    farm["a"].default = steps.play(steps.stream(payloads.ROLE, payloads.chunk({"content": "Gr"}), end=False),
                                   steps.close)
    reply = ask(gateway, "a", stream=True)
    assert not reply.complete or "error" in reply.events()[-1]
    assert signal(gateway, reply) == "cut"
    assert counted(gateway, "a", "cut") == 1


def test_a_failure_before_content_is_no_cut(gateway, farm):
    farm["a"].default = steps.play(steps.stream(payloads.ROLE, end=False), steps.close)
    reply = ask(gateway, "a", models=["b"], stream=True)
    assert chosen(reply) == "b"
    assert all("signal" not in attempt for attempt in gateway.decision(reply)["attempts"])


def test_who_answers_broken_json_loses_its_place(gateway, farm):
    for name in ["a", "b"] * 10:  # both are measured
        ask(gateway, name)
    farm["a"].default = steps.answer_with(BROKEN["half"])
    answered = [chosen(ask(gateway, "pool:default", response_format=AS_SCHEMA)) for _ in range(40)]
    assert answered[0] == "a", "the better one by what is known"
    assert answered[-3:] == ["b"] * 3, "until its answers are of no use"
    assert 2 < answered.count("a") < 30, "not after a single one"
    assert chosen(ask(gateway, "pool:default")) == "a", "for other requests it is as good as before"
    decision = gateway.decision(ask(gateway, "pool:default", response_format=AS_SCHEMA))
    quality = {one["model"]: one["score"]["quality"] for one in decision["candidates"]}
    assert quality["b"] > quality["a"]


def test_one_bad_answer_among_many_good_ones_changes_little(gateway, farm):
    for i in range(20):
        farm["a"].default = steps.answer_with(BROKEN["half"] if i == 10 else SOUND)
        assert chosen(ask(gateway, "pool:default", response_format=AS_SCHEMA)) == "a"
    assert figures(gateway, "a")["json_flaws"] == pytest.approx(0.7 / 20, abs=0.001)


def test_a_rating_of_the_same_answer_takes_its_place(gateway, farm):
    farm["a"].default = steps.answer_with(BROKEN["half"])
    reply = ask(gateway, "a", response_format=AS_SCHEMA)
    assert signal(gateway, reply) == "invalid_json"
    assert figures(gateway, "a")["json_flaws"] == pytest.approx(0.7)
    rated = gateway.post("/v1/headgate/feedback", {"request_id": reply.get("x-request-id"), "score": 1})
    assert rated.status == 200
    assert (figures(gateway, "a")["json_flaws"], figures(gateway, "a")["feedback"]) == (0, 1)


def recursive(levels):
    """Tries every way at every level: as many ways as 2 to their number."""
    node = {"anyOf": [{"type": "object", "properties": {"next": {"$ref": "#/$defs/node"}}, "required": [name]}
                      for name in ("left", "right")]}
    value = {}
    for _ in range(levels):
        value = {"next": value}
    return {"$ref": "#/$defs/node", "$defs": {"node": node}}, value


HOSTILE = {
    "two ways a level": recursive(60),
    "a circle": ({"$ref": "#/$defs/a", "$defs": {"a": {"allOf": [{"$ref": "#/$defs/a"}, {"$ref": "#/$defs/a"}]}}}, {}),
    "a slow pattern": ({"type": "string", "pattern": "^(a+)+$"}, "a" * 40 + "!"),
    "somebody else's schema": ({"$ref": "http://127.0.0.1:1/schema.json"}, {}),
    "many alternatives": ({"type": "array", "items": {"enum": list(range(5000))}}, [-1] * 20000),
    "a heap of unique items": ({"type": "array", "uniqueItems": True}, list(range(30000))),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_schemas_take_no_time(gateway, farm, name):
    schema, value = HOSTILE[name]
    farm["a"].default = steps.answer_with(json.dumps(value, separators=(",", ":")))
    wanted = {"type": "json_schema", "json_schema": {"name": "x", "schema": schema}}
    reply = ask(gateway, "a", response_format=wanted)
    decision = gateway.decision(reply)
    assert reply.status == 200
    assert decision["attempts"][-1].get("signal") in (None, "invalid_json") if name == "many alternatives" else \
        decision["attempts"][-1].get("signal") is None, "what is not judged is not held against anybody"
    assert int(reply.get("x-headgate-overhead-us")) < 100_000


def test_an_answer_too_long_to_be_kept_is_not_judged(gateway, farm):
    farm["a"].default = steps.answer_with('"' + "x" * 300_000)
    reply = ask(gateway, "a", response_format=AS_OBJECT)
    assert len(reply.text()) > 300_000 and signal(gateway, reply) is None
    assert figures(gateway, "a")["json_flaws"] is None


def test_explain_says_why_it_counts_against_the_model(gateway, farm):
    farm["a"].default = steps.answer_with(BROKEN["words"])
    reply = ask(gateway, "a", response_format=AS_SCHEMA)
    assert signal(gateway, reply) == "invalid_json"
    assert "This counts against the model: the answer is not the JSON that was asked for." in gateway.explain(reply)
