"""Requests as the model that answers can take them: what is changed, what is told of it, and what stays."""

import json

import pytest
from support import payloads, steps
from support.farm import ask, chosen

SCHEMA = {"type": "object", "properties": {"city": {"type": "string", "description": "a \"name\"\n"}}}
AS_SCHEMA = {"type": "json_schema", "json_schema": {"name": "x", "strict": True, "schema": SCHEMA}}
TOOLS = [{"type": "function", "function": {"name": "look", "parameters": {"type": "object", "properties": {}}}}]
PICTURE = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA=="}}
ABSENT = object()


def adapted(reply):
    value = reply.get("x-headgate-adapted")
    return [name.strip() for name in value.split(",")] if value else []


def sent_to(farm, name="a"):
    return farm[name].requests[-1].json()


CASES = {
    "temperature above its range": ({"parameters": {"temperature": {"min": 0, "max": 1}}}, {"temperature": 1.7},
                                    {"temperature": 1}),
    "temperature below its range": ({"parameters": {"temperature": {"min": 0.1, "max": 1}}}, {"temperature": 0},
                                    {"temperature": 0.1}),
    "temperature not taken": ({"parameters": {"temperature": "unsupported"}}, {"temperature": 0.5},
                              {"temperature": ABSENT}),
    "penalty not taken": ({"parameters": {"frequency_penalty": "unsupported"}}, {"frequency_penalty": 1},
                          {"frequency_penalty": ABSENT}),
    "max_tokens above the limit": ({"max_output": 100}, {"max_tokens": 500}, {"max_tokens": 100}),
    "max_completion_tokens above the limit": ({"max_output": 100}, {"max_completion_tokens": 500},
                                              {"max_completion_tokens": 100}),
    "max_tokens by its other name": ({"parameters": {"max_tokens": "unsupported"}}, {"max_tokens": 50},
                                     {"max_tokens": ABSENT, "max_completion_tokens": 50}),
    "max_completion_tokens by its older name": ({"parameters": {"max_completion_tokens": "unsupported"}},
                                                {"max_completion_tokens": 50},
                                                {"max_completion_tokens": ABSENT, "max_tokens": 50}),
    "too many stops": ({"parameters": {"stop": {"max_items": 4}}}, {"stop": ["a", "b", "c", "d", "e", "f"]},
                       {"stop": ["a", "b", "c", "d"]}),
    "reasoning effort": ({"supports": ["tools", "system"]}, {"reasoning_effort": "high"}, {"reasoning_effort": ABSENT}),
    "parallel tools": ({"supports": ["tools", "system"]}, {"tools": TOOLS, "parallel_tool_calls": True},
                       {"tools": TOOLS, "parallel_tool_calls": ABSENT}),
}


@pytest.mark.parametrize("model,asked,sent", CASES.values(), ids=CASES)
def test_a_parameter_is_fitted_to_the_model(farm, model, asked, sent):
    gateway = farm.start({"a": model})
    for stream in (False, True):
        reply = ask(gateway, "a", stream=stream, **asked)
        assert reply.status == 200
        changed = [name for name in asked if sent.get(name) != asked[name]]
        assert adapted(reply) == changed, "the client's names of what was changed"
        body = sent_to(farm)
        for name, value in sent.items():
            assert body.get(name, ABSENT) == value, name
        assert body["messages"] == payloads.chat()["messages"]
        assert gateway.decision(reply)["attempts"][0]["adapted"] == changed


@pytest.mark.parametrize("model,asked", [
    ({"parameters": {"temperature": {"min": 0, "max": 1}}}, {"temperature": 1}),
    ({"parameters": {"temperature": {"min": 0, "max": 1}}}, {}),
    ({"parameters": {"temperature": "unsupported"}}, {"top_p": 0.5}),
    ({"max_output": 100}, {"max_tokens": 100}),
    ({"parameters": {"stop": {"max_items": 4}}}, {"stop": ["a", "b"]}),
    ({"supports": ["json_schema", "system"]}, {"response_format": AS_SCHEMA}),
    ({}, {"temperature": 2, "max_tokens": 10**6, "response_format": AS_SCHEMA}),
], ids=lambda value: json.dumps(value)[:40])
def test_what_a_model_takes_is_sent_as_it_is(farm, model, asked):
    gateway = farm.start({"a": model})
    reply = ask(gateway, "a", **asked)
    assert reply.status == 200 and reply.get("x-headgate-adapted") is None
    assert sent_to(farm) == {**payloads.chat("up-a"), **asked}
    assert gateway.decision(reply)["attempts"][0]["adapted"] == []


def test_every_other_byte_stays(farm):
    gateway = farm.start({"a": {"parameters": {"temperature": {"min": 0, "max": 1}}}})
    body = (b'{ "seed":12345678901234567890,"model" : "a", "temperature":  1.50 ,'
            b'"messages":[{"role":"user","content":"\\u00e9\\/ \xc3\xa9 1.50"}], "top_p":1.0e-1 }')
    assert gateway.post("/v1/chat/completions", body, headers={"content-type": "application/json"}).status == 200
    expected = body.replace(b'"a"', b'"up-a"').replace(b":  1.50 ,", b":  1 ,")
    assert farm["a"].requests[-1].body == expected


def system_text(body):
    return "\n".join(message["content"] for message in body["messages"] if message["role"] in ("system", "developer"))


def is_said_in(schema, text):
    """The schema stands in the text, as JSON."""
    start = text.find("{")
    return start >= 0 and json.JSONDecoder().raw_decode(text[start:])[0] == schema


@pytest.mark.parametrize("supports,sent", [(["json_object", "system"], {"type": "json_object"}), (["system"], ABSENT)],
                         ids=["json_object", "neither"])
def test_a_schema_is_put_into_words_for_a_model_without(farm, supports, sent):
    gateway = farm.start({"a": {"supports": supports}})
    reply = ask(gateway, "a", response_format=AS_SCHEMA)
    body = sent_to(farm)
    assert body.get("response_format", ABSENT) == sent
    assert is_said_in(SCHEMA, system_text(body))
    assert body["messages"][-1] == payloads.chat()["messages"][0], "what the user said stays"
    assert "response_format" in adapted(reply)


def test_a_schema_is_added_to_a_system_prompt_not_put_in_its_place(farm):
    gateway = farm.start({"a": {"supports": ["json_object", "system"]}})
    messages = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Where?"}]
    assert ask(gateway, "a", messages=messages, response_format=AS_SCHEMA).status == 200
    body = sent_to(farm)
    assert len(body["messages"]) == 2 and body["messages"][1] == messages[1]
    assert body["messages"][0]["content"].startswith("Be brief.") and is_said_in(SCHEMA, system_text(body))


def test_a_model_without_a_system_role_gets_the_text_from_the_user(farm):
    gateway = farm.start({"a": {"supports": ["tools"]}})
    messages = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Where?"}]
    reply = ask(gateway, "a", messages=messages)
    (only,) = sent_to(farm)["messages"]
    assert only["role"] == "user" and only["content"].startswith("Be brief.") and only["content"].endswith("Where?")
    assert adapted(reply) == ["messages"]


def test_each_candidate_sees_its_own_adaptation_of_what_the_client_sent(farm):
    models = {"a": {"parameters": {"temperature": {"min": 0, "max": 1}}, "max_output": 100},
              "b": {"parameters": {"stop": "unsupported"}}, "c": {}}
    farm["a"].default = farm["b"].default = steps.failure()
    gateway = farm.start(models)
    asked = {"temperature": 1.5, "max_tokens": 500, "stop": ["END"]}
    reply = ask(gateway, "a", models=["b", "c"], **asked)
    assert chosen(reply) == "c" and adapted(reply) == [], "of the model that answered"
    assert sent_to(farm, "a") == {**payloads.chat("up-a"), **asked, "temperature": 1, "max_tokens": 100}
    assert sent_to(farm, "b") == {**payloads.chat("up-b"), "temperature": 1.5, "max_tokens": 500}
    assert sent_to(farm, "c") == {**payloads.chat("up-c"), **asked}
    attempts = gateway.decision(reply)["attempts"]
    assert [attempt["adapted"] for attempt in attempts] == [["temperature", "max_tokens"], ["stop"], []]


def test_who_cannot_give_as_many_answers_is_passed_over(farm):
    gateway = farm.start({"a": {"parameters": {"n": {"max": 1}}}, "b": {}})
    assert chosen(ask(gateway, n=1)) == "a"
    assert chosen(ask(gateway, n=2)) == "b" and farm.asked("a") == 1
    reply = ask(gateway, "a", n=2)
    assert (reply.status, reply.error()["code"]) == (422, "capability_unavailable")
    assert "`n`" in reply.error()["message"]


@pytest.mark.parametrize("need,fields", [
    ("tools", {"tools": TOOLS}),
    ("vision", {"messages": [{"role": "user", "content": [{"type": "text", "text": "What is it?"}, PICTURE]}]}),
])
def test_what_cannot_be_adapted_goes_to_who_can(farm, need, fields):
    gateway = farm.start({"a": {"supports": ["system"]}, "b": {"supports": ["system", need]}})
    reply = ask(gateway, **fields)
    assert chosen(reply) == "b" and farm.asked("a") == 0
    (excluded,) = gateway.decision(reply)["excluded"]
    assert (excluded["model"], excluded["reason"]) == ("a", "lacks_ability") and need in excluded["detail"]
    refused = ask(gateway, "a", **fields)
    assert (refused.status, refused.error()["code"]) == (422, "capability_unavailable")
    assert need in refused.error()["message"]
