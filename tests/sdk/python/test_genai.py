"""google-genai in front of providers of every dialect."""

import pytest
from google import genai
from google.genai import errors, types

from dialects import ARGUMENTS, CACHED, INPUT, OUTPUT, QUESTION, SCHEMA, TEXT, TOOL, behind
from lab import GATEWAY, KEY

TOOLS = [types.Tool(function_declarations=[
    types.FunctionDeclaration(name=TOOL, description="Current weather", parameters_json_schema=SCHEMA)])]
CONFIG = types.GenerateContentConfig(tools=TOOLS)


def connect(key=KEY):
    return genai.Client(api_key=key, http_options=types.HttpOptions(base_url=GATEWAY))


@pytest.fixture
def gemini():
    return connect()


def whole(gemini, model, contents, config=None):
    return [gemini.models.generate_content(model=model, contents=contents, config=config)]


def stream(gemini, model, contents, config=None):
    return list(gemini.models.generate_content_stream(model=model, contents=contents, config=config))


ways = pytest.mark.parametrize("ask", [whole, stream])


def parts(pieces):
    return [part for piece in pieces for part in (piece.candidates[0].content.parts or [])]


@behind
@ways
def test_words(gemini, model, ask):
    pieces = ask(gemini, model, QUESTION)
    assert "".join(part.text for part in parts(pieces)) == TEXT
    assert pieces[-1].candidates[0].finish_reason == types.FinishReason.STOP
    usage = pieces[-1].usage_metadata
    counted = (usage.prompt_token_count, usage.cached_content_token_count, usage.candidates_token_count)
    assert counted == (INPUT, CACHED, OUTPUT)


@behind
@ways
def test_turn_with_a_function(gemini, model, ask):
    asked = [types.Content(role="user", parts=[types.Part(text=QUESTION)])]
    made = parts(ask(gemini, model, asked, CONFIG))
    call = next(part.function_call for part in made if part.function_call)
    assert (call.name, call.args) == (TOOL, ARGUMENTS)
    result = types.Part.from_function_response(name=TOOL, response={"temp_c": 4})
    result.function_response.id = call.id
    last = ask(gemini, model, [*asked, types.Content(role="model", parts=made),
                               types.Content(role="user", parts=[result])], CONFIG)
    assert "".join(part.text for part in parts(last)) == TEXT


def test_models(gemini):
    names = {model.name for model in gemini.models.list()}
    assert {"models/chat_completions", "models/messages", "models/generate_content"} <= names


@pytest.mark.parametrize("model,key,status", [("generate-nothing", KEY, 404), ("messages", "hg-wrong", 401)])
def test_refusals(model, key, status):
    with pytest.raises(errors.ClientError) as caught:
        whole(connect(key), model, QUESTION)
    assert caught.value.code == status and caught.value.message


@behind
def test_out_of_rate(gemini, model):
    with pytest.raises(errors.ClientError) as caught:
        whole(gemini, model + "-429", QUESTION)
    assert (caught.value.code, caught.value.status) == (429, "RESOURCE_EXHAUSTED")


def test_comments_of_a_stream_that_waits_are_passed_over(gemini):
    assert "".join(part.text for part in parts(stream(gemini, "late", QUESTION)))
