"""Clients of three dialects, each answered by providers of three: words, streams, a turn with a tool, errors."""

import json

import anthropic
import openai
import pytest
from google import genai
from google.genai import errors as gemini_errors
from google.genai import types as gemini

from support import GATEWAY, KEY, REVOKED_KEY

MODELS = ["said-in-chat-completions", "said-in-messages", "said-in-generate-content"]
TEXT, TOOL, CITY = "It is 4 C in Oslo. 🌍", "get_weather", {"city": "Oslo"}
SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
ASKED = "Weather in Oslo?"

every_model = pytest.mark.parametrize("model", MODELS)


def messages_client(key=KEY):
    return anthropic.Anthropic(base_url=GATEWAY, api_key=key, max_retries=0)


def gemini_client(key=KEY):
    return genai.Client(api_key=key, http_options=gemini.HttpOptions(base_url=GATEWAY))


def openai_client():
    return openai.OpenAI(base_url=GATEWAY + "/v1", api_key=KEY, max_retries=0)


# --- Anthropic's SDK

def ask_messages(model, **more):
    return {"model": model, "max_tokens": 256, "system": "Answer briefly.",
            "messages": [{"role": "user", "content": ASKED}], **more}


@every_model
def test_messages(model):
    answer = messages_client().messages.create(**ask_messages(model))
    assert answer.content[0].text == TEXT and answer.stop_reason == "end_turn"
    assert answer.usage.cache_read_input_tokens == 1024 and answer.usage.input_tokens == 176
    assert answer.usage.output_tokens == 9 and answer._request_id


@every_model
def test_messages_streamed(model):
    with messages_client().messages.stream(**ask_messages(model)) as stream:
        assert "".join(stream.text_stream) == TEXT
        final = stream.get_final_message()
    assert final.stop_reason == "end_turn" and final.usage.output_tokens == 9


@every_model
@pytest.mark.parametrize("streamed", [False, True])
def test_a_turn_with_a_tool_in_messages(model, streamed):
    client = messages_client()
    tools = [{"name": TOOL, "description": "Now", "input_schema": SCHEMA}]
    if streamed:
        with client.messages.stream(**ask_messages(model, tools=tools)) as stream:
            answer = stream.get_final_message()
    else:
        answer = client.messages.create(**ask_messages(model, tools=tools))
    call = next(block for block in answer.content if block.type == "tool_use")
    assert call.name == TOOL and call.input == CITY and answer.stop_reason == "tool_use"
    asked = ask_messages(model, tools=tools)
    asked["messages"] += [{"role": "assistant", "content": answer.content},
                          {"role": "user", "content": [
                              {"type": "tool_result", "tool_use_id": call.id, "content": '{"temp_c": 4}'}]}]
    assert client.messages.create(**asked).content[0].text == TEXT


def test_the_rest_of_the_messages_surface():
    client = messages_client()
    count = client.messages.count_tokens(model=MODELS[0], messages=[{"role": "user", "content": ASKED}])
    assert 0 < count.input_tokens < 100
    assert set(MODELS) <= {model.id for model in client.models.list()}


def test_errors_of_messages_are_those_of_the_sdk():
    with pytest.raises(anthropic.NotFoundError) as unknown:
        messages_client().messages.create(**ask_messages("nobody"))
    assert "nobody" in str(unknown.value) and unknown.value.request_id
    with pytest.raises(anthropic.AuthenticationError):
        messages_client(REVOKED_KEY).messages.create(**ask_messages(MODELS[0]))
    with pytest.raises(anthropic.BadRequestError):
        messages_client().messages.create(**ask_messages(MODELS[0], messages="no list"))


# --- Google's SDK

def weather_tool():
    return gemini.Tool(function_declarations=[
        gemini.FunctionDeclaration(name=TOOL, description="Now", parameters_json_schema=SCHEMA)])


@every_model
def test_generate_content(model):
    client = gemini_client()
    config = gemini.GenerateContentConfig(system_instruction="Answer briefly.", max_output_tokens=256)
    answer = client.models.generate_content(model=model, contents=ASKED, config=config)
    assert answer.text == TEXT and answer.candidates[0].finish_reason == gemini.FinishReason.STOP
    assert answer.usage_metadata.prompt_token_count == 1200 and answer.usage_metadata.candidates_token_count == 9
    pieces = list(client.models.generate_content_stream(model=model, contents=ASKED, config=config))
    assert "".join(piece.text or "" for piece in pieces) == TEXT
    assert pieces[-1].candidates[0].finish_reason == gemini.FinishReason.STOP


@every_model
def test_a_turn_with_a_tool_in_generate_content(model):
    client = gemini_client()
    config = gemini.GenerateContentConfig(
        tools=[weather_tool()], automatic_function_calling=gemini.AutomaticFunctionCallingConfig(disable=True))
    answer = client.models.generate_content(model=model, contents=ASKED, config=config)
    call = answer.function_calls[0]
    assert call.name == TOOL and call.args == CITY
    contents = [gemini.Content(role="user", parts=[gemini.Part(text=ASKED)]), answer.candidates[0].content,
                gemini.Content(role="user", parts=[gemini.Part(function_response=gemini.FunctionResponse(
                    id=call.id, name=TOOL, response={"temp_c": 4}))])]
    assert client.models.generate_content(model=model, contents=contents, config=config).text == TEXT


def test_the_rest_of_the_gemini_surface():
    client = gemini_client()
    assert {f"models/{model}" for model in MODELS} <= {model.name for model in client.models.list()}
    with pytest.raises(gemini_errors.ClientError) as unknown:
        client.models.generate_content(model="nobody", contents=ASKED)
    assert unknown.value.code == 404 and "nobody" in unknown.value.message
    stranger = gemini_client(REVOKED_KEY)
    with pytest.raises(gemini_errors.ClientError) as refused:
        stranger.models.generate_content(model=MODELS[0], contents=ASKED)
    assert refused.value.code == 401


# --- OpenAI's SDK

@every_model
def test_responses(model):
    client = openai_client()
    asked = {"model": model, "instructions": "Answer briefly.", "input": ASKED, "max_output_tokens": 256}
    answer = client.responses.create(**asked)
    assert answer.output_text == TEXT and answer.status == "completed"
    assert answer.usage.input_tokens == 1200 and answer.usage.input_tokens_details.cached_tokens == 1024
    with client.responses.stream(**asked) as stream:
        said = "".join(event.delta for event in stream if event.type == "response.output_text.delta")
        final = stream.get_final_response()
    assert said == TEXT and final.output_text == TEXT and final.usage.output_tokens == 9


@every_model
def test_a_turn_with_a_tool_in_responses(model):
    client = openai_client()
    tools = [{"type": "function", "name": TOOL, "description": "Now", "parameters": SCHEMA, "strict": False}]
    answer = client.responses.create(model=model, input=ASKED, tools=tools)
    call = next(item for item in answer.output if item.type == "function_call")
    assert call.name == TOOL and json.loads(call.arguments) == CITY
    items = [{"role": "user", "content": ASKED}, *answer.output,
             {"type": "function_call_output", "call_id": call.call_id, "output": '{"temp_c": 4}'}]
    assert client.responses.create(model=model, input=items, tools=tools).output_text == TEXT


@every_model
def test_chat_completions(model):
    client = openai_client()
    asked = {"model": model, "messages": [{"role": "user", "content": ASKED}]}
    assert client.chat.completions.create(**asked).choices[0].message.content == TEXT
    tools = [{"type": "function", "function": {"name": TOOL, "parameters": SCHEMA}}]
    with client.chat.completions.stream(**asked, tools=tools) as stream:
        for _ in stream:
            pass
        message = stream.get_final_completion().choices[0].message
    assert json.loads(message.tool_calls[0].function.arguments) == CITY
