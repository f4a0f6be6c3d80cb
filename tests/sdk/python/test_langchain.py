"""LangChain over the clients of two vendors, in front of providers of every dialect."""

import pytest
from langchain_anthropic import ChatAnthropic
from langchain_core.messages import HumanMessage, ToolMessage
from langchain_openai import ChatOpenAI

from dialects import ARGUMENTS, QUESTION, RESULT, SCHEMA, TEXT, TOOL, behind
from lab import BASE_URL, GATEWAY, KEY

TOOLS = [{"type": "function", "function": {"name": TOOL, "description": "Current weather", "parameters": SCHEMA}}]
ASKED = [HumanMessage(QUESTION)]

chains = pytest.mark.parametrize("make", [
    lambda model: ChatOpenAI(model=model, base_url=BASE_URL, api_key=KEY, max_retries=0),
    lambda model: ChatOpenAI(model=model, base_url=BASE_URL, api_key=KEY, max_retries=0, use_responses_api=True),
    lambda model: ChatAnthropic(model=model, base_url=GATEWAY, api_key=KEY, max_retries=0, max_tokens=256),
], ids=["ChatOpenAI", "ChatOpenAI-responses", "ChatAnthropic"])


@behind
@chains
def test_langchain_words(make, model):
    chain = make(model)
    assert chain.invoke(ASKED).text == TEXT
    assert "".join(piece.text for piece in chain.stream(ASKED)) == TEXT


@behind
@chains
def test_langchain_turn_with_a_tool(make, model):
    chain = make(model).bind_tools(TOOLS)
    first = chain.invoke(ASKED)
    call = first.tool_calls[0]
    assert (call["name"], call["args"]) == (TOOL, ARGUMENTS)
    assert chain.invoke([*ASKED, first, ToolMessage(RESULT, tool_call_id=call["id"])]).text == TEXT


@behind
@chains
def test_langchain_streamed_call(make, model):
    whole = None
    for piece in make(model).bind_tools(TOOLS).stream(ASKED):
        whole = piece if whole is None else whole + piece
    assert [(call["name"], call["args"]) for call in whole.tool_calls] == [(TOOL, ARGUMENTS)]
