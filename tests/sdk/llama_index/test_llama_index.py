"""LlamaIndex over the clients of two vendors, in front of providers of every dialect.

In a virtual environment of its own: its packages want older clients than those under test beside it.
"""

import sys
from pathlib import Path

import pytest
from llama_index.core.llms import ChatMessage, LLMMetadata, MessageRole
from llama_index.core.tools import FunctionTool
from llama_index.llms.anthropic import Anthropic
from llama_index.llms.openai import OpenAI, OpenAIResponses
from llama_index.llms.openai_like import OpenAILike

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "python"))
from dialects import ARGUMENTS, QUESTION, RESULT, TEXT, TOOL, behind  # noqa: E402
from lab import BASE_URL, GATEWAY, KEY  # noqa: E402

ASKED = [ChatMessage(role=MessageRole.USER, content=QUESTION)]


def get_weather(city: str) -> str:
    """Current weather."""
    return RESULT


TOOLS = [FunctionTool.from_defaults(fn=get_weather, name=TOOL)]


class Named:
    """Models of any name: LlamaIndex looks up the window of those it knows and refuses others."""
    @property
    def metadata(self):
        return LLMMetadata(context_window=100_000, num_output=256, is_chat_model=True, is_function_calling_model=True,
                           model_name=self.model)


class NamedOpenAI(Named, OpenAI):
    pass


class NamedResponses(Named, OpenAIResponses):
    pass


class NamedAnthropic(Named, Anthropic):
    pass


OPENAI = {"api_base": BASE_URL, "api_key": KEY, "max_retries": 0}
models = pytest.mark.parametrize("make", [
    lambda model: OpenAILike(model=model, is_chat_model=True, is_function_calling_model=True, **OPENAI),
    lambda model: NamedOpenAI(model=model, **OPENAI),
    lambda model: NamedResponses(model=model, **OPENAI),
    lambda model: NamedAnthropic(model=model, base_url=GATEWAY, api_key=KEY, max_retries=0, max_tokens=256),
], ids=["OpenAILike", "OpenAI", "OpenAIResponses", "Anthropic"])


@behind
@models
def test_words(make, model):
    assert make(model).chat(ASKED).message.content == TEXT


@behind
@models
def test_words_as_they_come(make, model):
    pieces = list(make(model).stream_chat(ASKED))
    assert "".join(piece.delta or "" for piece in pieces) == TEXT
    assert pieces[-1].message.content == TEXT


@behind
@models
@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
def test_turn_with_a_tool(make, model, stream):
    llm = make(model)
    if stream:
        first = list(llm.stream_chat_with_tools(TOOLS, chat_history=ASKED))[-1]
    else:
        first = llm.chat_with_tools(TOOLS, chat_history=ASKED)
    (call,) = llm.get_tool_calls_from_response(first)
    assert (call.tool_name, call.tool_kwargs) == (TOOL, ARGUMENTS)
    result = ChatMessage(role=MessageRole.TOOL, content=RESULT, additional_kwargs={"tool_call_id": call.tool_id})
    last = llm.chat_with_tools(TOOLS, chat_history=[*ASKED, first.message, result])
    assert last.message.content == TEXT
