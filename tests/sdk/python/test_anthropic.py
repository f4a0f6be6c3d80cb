"""anthropic in front of providers of every dialect."""

import anthropic
import pytest

from dialects import ARGUMENTS, CACHED, INPUT, OUTPUT, QUESTION, RESULT, SCHEMA, SIGNATURE, TEXT, THOUGHT, TOOL, behind
from lab import GATEWAY, KEY, REVOKED_KEY

ASKED = [{"role": "user", "content": QUESTION}]
ASK = {"max_tokens": 4096, "messages": ASKED}
TOOLS = [{"name": TOOL, "description": "Current weather", "input_schema": SCHEMA}]
THINKING = {"type": "enabled", "budget_tokens": 1024}


@pytest.fixture
def claude():
    with anthropic.Anthropic(base_url=GATEWAY, api_key=KEY, max_retries=0) as made:
        yield made


def create(claude, **asked):
    return claude.messages.create(**asked)


def stream(claude, **asked):
    with claude.messages.stream(**asked) as events:
        return events.get_final_message()


ways = pytest.mark.parametrize("ask", [create, stream])


@behind
@ways
def test_words(claude, model, ask):
    said = ask(claude, model=model, system="Answer briefly.", **ASK)
    assert [block.text for block in said.content] == [TEXT]
    assert said.stop_reason == "end_turn"
    usage = said.usage
    assert (usage.input_tokens, usage.cache_read_input_tokens, usage.output_tokens) == (INPUT - CACHED, CACHED, OUTPUT)


@behind
def test_words_as_they_come(claude, model):
    with claude.messages.stream(model=model, **ASK) as events:
        pieces = list(events.text_stream)
    assert "".join(pieces) == TEXT and len(pieces) > 1


@behind
@ways
def test_turn_with_a_tool(claude, model, ask):
    first = ask(claude, model=model, tools=TOOLS, **ASK)
    call = first.content[-1]
    assert (first.stop_reason, call.type, call.name, call.input) == ("tool_use", "tool_use", TOOL, ARGUMENTS)
    result = {"type": "tool_result", "tool_use_id": call.id, "content": RESULT}
    last = ask(claude, model=model, tools=TOOLS, max_tokens=4096, messages=[
        *ASKED, {"role": "assistant", "content": first.content}, {"role": "user", "content": [result]}])
    assert last.content[-1].text == TEXT


@ways
def test_a_thought_goes_back_as_it_came(claude, ask):
    asked = {"model": "messages", "tools": TOOLS, "thinking": THINKING, "max_tokens": 4096}
    first = ask(claude, messages=ASKED, **asked)
    thought, call = first.content
    assert (thought.type, thought.thinking, thought.signature) == ("thinking", THOUGHT, SIGNATURE)
    result = {"type": "tool_result", "tool_use_id": call.id, "content": RESULT}
    last = ask(claude, messages=[*ASKED, {"role": "assistant", "content": first.content},
                                 {"role": "user", "content": [result]}], **asked)
    assert last.content[-1].text == TEXT


@behind
def test_count_of_tokens(claude, model):
    assert claude.messages.count_tokens(model=model, messages=ASKED).input_tokens > 0


def test_models(claude):
    assert {"chat_completions", "messages", "generate_content"} <= {model.id for model in claude.models.list()}


@behind
def test_out_of_rate(claude, model):
    assert_raised(anthropic.RateLimitError, "rate_limit_error", lambda: create(claude, model=model + "-429", **ASK))


def test_unknown_model(claude):
    assert_raised(anthropic.NotFoundError, "not_found_error", lambda: create(claude, model="messagez", **ASK))


@pytest.mark.parametrize("key", ["hg-wrong", REVOKED_KEY], ids=["wrong", "revoked"])
def test_bad_key(claude, key):
    stranger = claude.with_options(api_key=key)
    assert_raised(anthropic.AuthenticationError, "authentication_error",
                  lambda: create(stranger, model="messages", **ASK))


def test_bad_request(claude):
    assert_raised(anthropic.BadRequestError, "invalid_request_error",
                  lambda: create(claude, model="messages", max_tokens=1, messages=[{"role": "nobody", "content": "?"}]))


def assert_raised(kind, name, work):
    with pytest.raises(kind) as caught:
        work()
    assert caught.value.body["error"]["type"] == name
    assert caught.value.body["error"]["message"]
    assert caught.value.request_id


def test_comments_of_a_stream_that_waits_are_passed_over(claude):
    assert stream(claude, model="late", **ASK).content[0].text
