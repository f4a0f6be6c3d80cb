"""openai in front of providers of every dialect: chat completions and responses."""

import json

import openai
import pytest

from dialects import ARGUMENTS, CACHED, CITY, INPUT, OUTPUT, QUESTION, RESULT, SCHEMA, TEXT, TOOL, behind

ASKED = [{"role": "user", "content": QUESTION}]
CHAT_TOOL = {"type": "function", "function": {"name": TOOL, "parameters": SCHEMA}}
TOOL_ITEM = {"type": "function", "name": TOOL, "parameters": SCHEMA, "strict": False}
FORMAT = {"name": "city", "schema": {**SCHEMA, "additionalProperties": False}, "strict": True}


@behind
def test_chat(client, model):
    said = client.chat.completions.create(model=model, messages=ASKED)
    assert (said.choices[0].message.content, said.choices[0].finish_reason) == (TEXT, "stop")
    assert (said.usage.prompt_tokens, said.usage.completion_tokens) == (INPUT, OUTPUT)
    assert said.usage.prompt_tokens_details.cached_tokens == CACHED


@behind
def test_chat_stream(client, model):
    with client.chat.completions.stream(model=model, messages=ASKED) as stream:
        said = stream.get_final_completion()
    assert said.choices[0].message.content == TEXT


@behind
@pytest.mark.parametrize("streamed", [False, True], ids=["whole", "stream"])
def test_chat_turn_with_a_tool(client, model, streamed):
    def ask(messages):
        asked = {"model": model, "messages": messages, "tools": [CHAT_TOOL]}
        if not streamed:
            return client.chat.completions.create(**asked).choices[0]
        with client.chat.completions.stream(**asked) as stream:
            return stream.get_final_completion().choices[0]

    first = ask(ASKED)
    call = first.message.tool_calls[0]
    assert first.finish_reason == "tool_calls"
    assert (call.function.name, json.loads(call.function.arguments)) == (TOOL, ARGUMENTS)
    answer = first.message.model_dump(exclude_none=True, exclude={"parsed"})
    last = ask([*ASKED, answer, {"role": "tool", "tool_call_id": call.id, "content": RESULT}])
    assert last.message.content == TEXT


@behind
def test_chat_json_schema(client, model):
    said = client.chat.completions.create(model=model, messages=ASKED,
                                          response_format={"type": "json_schema", "json_schema": FORMAT})
    assert json.loads(said.choices[0].message.content) == CITY


@behind
def test_response(client, model):
    said = client.responses.create(model=model, input=QUESTION)
    assert (said.output_text, said.status) == (TEXT, "completed")
    assert (said.usage.input_tokens, said.usage.output_tokens) == (INPUT, OUTPUT)
    assert said.usage.input_tokens_details.cached_tokens == CACHED


@behind
def test_response_stream(client, model):
    seen = ""
    with client.responses.stream(model=model, input=QUESTION) as stream:
        for event in stream:
            seen += event.delta if event.type == "response.output_text.delta" else ""
        said = stream.get_final_response()
    assert seen == said.output_text == TEXT


@behind
@pytest.mark.parametrize("streamed", [False, True], ids=["whole", "stream"])
def test_response_turn_with_a_tool(client, model, streamed):
    def ask(items):
        asked = {"model": model, "input": items, "tools": [TOOL_ITEM], "store": False}
        if not streamed:
            return client.responses.create(**asked)
        with client.responses.stream(**asked) as stream:
            return stream.get_final_response()

    first = ask(ASKED)
    call = next(item for item in first.output if item.type == "function_call")
    assert (call.name, json.loads(call.arguments)) == (TOOL, ARGUMENTS)
    made = [item.model_dump(exclude_none=True, exclude={"parsed_arguments"}) for item in first.output]
    last = ask([*ASKED, *made, {"type": "function_call_output", "call_id": call.call_id, "output": RESULT}])
    assert last.output_text == TEXT


@behind
@pytest.mark.parametrize("streamed", [False, True], ids=["whole", "stream"])
def test_response_stands_on_a_stored_one(once, model, streamed):
    def ask(**asked):
        asked = {"model": model, "tools": [TOOL_ITEM], **asked}
        if not streamed:
            return once.responses.create(**asked)
        with once.responses.stream(**asked) as stream:
            return stream.get_final_response()

    first = ask(input=ASKED)
    assert first.store is True
    call = next(item for item in first.output if item.type == "function_call")
    result = {"type": "function_call_output", "call_id": call.call_id, "output": RESULT}
    last = ask(input=[result], previous_response_id=first.id)
    assert last.output_text == TEXT and last.previous_response_id == first.id
    assert once.responses.retrieve(last.id).output_text == TEXT
    kinds = [item.type for item in once.responses.input_items.list(last.id, order="asc", limit=2)]
    assert kinds[0] == "message" and kinds[-2:] == ["function_call", "function_call_output"]
    assert next(iter(once.responses.input_items.list(last.id))).output == RESULT
    once.responses.delete(last.id)
    with pytest.raises(openai.NotFoundError):
        once.responses.retrieve(last.id)
    with pytest.raises(openai.BadRequestError) as caught:
        ask(input="x", previous_response_id=last.id)
    assert (caught.value.code, caught.value.param) == ("previous_response_not_found", "previous_response_id")


@behind
def test_response_named_by_its_items(once, model):
    first = once.responses.create(model=model, input=QUESTION, tools=[TOOL_ITEM])
    named = [{"type": "item_reference", "id": item.id} for item in first.output]
    call = next(item for item in first.output if item.type == "function_call")
    result = {"type": "function_call_output", "call_id": call.call_id, "output": RESULT}
    last = once.responses.create(model=model, input=[*ASKED, *named, result], tools=[TOOL_ITEM])
    assert last.output_text == TEXT


@behind
def test_response_json_schema(client, model):
    said = client.responses.create(model=model, input=QUESTION, text={"format": {"type": "json_schema", **FORMAT}})
    assert json.loads(said.output_text) == CITY


@behind
@pytest.mark.parametrize("ask", [
    lambda client, model: client.chat.completions.create(model=model, messages=ASKED),
    lambda client, model: client.responses.create(model=model, input=QUESTION)], ids=["chat", "response"])
def test_out_of_rate(once, model, ask):
    with pytest.raises(openai.RateLimitError) as caught:
        ask(once, model + "-429")
    assert caught.value.request_id
