import asyncio

import openai
import pydantic

from lab import BASE_URL, KEY, PROVIDER_KEY, QUESTION, TEXT, WEATHER

ASK = {"model": "lab-small", "messages": QUESTION}
PIXEL = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


class City(pydantic.BaseModel):
    city: str
    temp_c: int


def joined(chunks):
    return "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)


def test_chat(client, provider):
    answer = client.chat.completions.create(**ASK)
    assert answer.choices[0].message.content == TEXT
    assert answer.choices[0].finish_reason == "stop"
    assert answer.usage.total_tokens == 15 and answer.usage.prompt_tokens_details.cached_tokens == 3
    assert answer._request_id
    assert provider.only()["body"] == {"model": "small-v1", "messages": QUESTION}


def test_provider_sees_its_own_key_and_nothing_of_the_client(client, provider):
    client.chat.completions.create(**ASK, extra_headers={"cookie": "a=b", "x-forwarded-for": "10.1.2.3"})
    headers = provider.only()["headers"]
    assert headers["authorization"] == f"Bearer {PROVIDER_KEY}"
    assert KEY not in str(headers)
    assert not [name for name in headers if name.startswith("x-stainless") or name in ("cookie", "x-forwarded-for")]


def test_route_headers(client):
    raw = client.chat.completions.with_raw_response.create(**ASK)
    assert raw.headers["x-request-id"] == raw.headers["request-id"] == raw.parse()._request_id
    assert raw.headers["x-headgate-provider"] == "lab"
    assert raw.headers["x-headgate-model"] == "lab-small"
    assert raw.headers["x-headgate-attempts"] == "1"


def test_stream(client, provider):
    stream = client.chat.completions.create(**ASK, stream=True)
    assert stream.response.headers["x-request-id"]
    chunks = list(stream)
    assert joined(chunks) == TEXT
    assert [chunk.choices[0].finish_reason for chunk in chunks][-1] == "stop"
    assert all(chunk.usage is None for chunk in chunks), "usage was not asked for"
    assert provider.only()["body"]["stream_options"]["include_usage"] is True, "headgate accounts for every stream"


def test_stream_with_usage(client):
    chunks = list(client.chat.completions.create(**ASK, stream=True, stream_options={"include_usage": True}))
    assert joined(chunks) == TEXT
    assert chunks[-1].choices == [] and chunks[-1].usage.total_tokens == 15
    assert all(chunk.usage is None for chunk in chunks[:-1])


def test_stream_helper(client):
    with client.chat.completions.stream(**ASK) as stream:
        deltas = [event.delta for event in stream if event.type == "content.delta"]
        assert "".join(deltas) == TEXT
        assert stream.get_final_completion().choices[0].message.content == TEXT


def test_tools(client, provider):
    answer = client.chat.completions.create(**ASK, tools=[WEATHER], tool_choice="auto", parallel_tool_calls=False)
    (call,) = answer.choices[0].message.tool_calls
    assert answer.choices[0].finish_reason == "tool_calls"
    assert (call.function.name, call.function.arguments) == ("get_weather", '{"city":"Oslo"}')
    assert provider.only()["body"]["tools"] == [WEATHER]

    history = [*QUESTION, answer.choices[0].message, {"role": "tool", "tool_call_id": call.id, "content": '{"temp_c":4}'}]
    followed = client.chat.completions.create(model="lab-small", messages=history, tools=[WEATHER])
    assert followed.choices[0].message.content == TEXT
    sent = provider.log()[-1]["body"]["messages"]
    assert sent[1]["tool_calls"][0]["id"] == sent[2]["tool_call_id"] == call.id


def test_tools_streamed(client):
    with client.chat.completions.stream(**ASK, tools=[WEATHER]) as stream:
        pieces = [event.arguments_delta for event in stream if event.type == "tool_calls.function.arguments.delta"]
        (call,) = stream.get_final_completion().choices[0].message.tool_calls
    assert "".join(pieces) == call.function.arguments == '{"city":"Oslo"}'
    assert call.function.parsed_arguments == {"city": "Oslo"}


def test_json_schema(client, provider):
    answer = client.chat.completions.parse(**ASK, response_format=City)
    assert answer.choices[0].message.parsed == City(city="Oslo", temp_c=4)
    wanted = provider.only()["body"]["response_format"]
    assert wanted["type"] == "json_schema" and wanted["json_schema"]["strict"] is True
    assert set(wanted["json_schema"]["schema"]["properties"]) == {"city", "temp_c"}


def test_json_schema_streamed(client):
    with client.chat.completions.stream(**ASK, response_format=City) as stream:
        assert stream.get_final_completion().choices[0].message.parsed == City(city="Oslo", temp_c=4)


def test_vision_parts_arrive_byte_for_byte(client, provider):
    parts = [{"type": "text", "text": "Was ist \"das\"?\\ 🌍 \u0001"},
             {"type": "image_url", "image_url": {"url": PIXEL * 2000, "detail": "low"}},
             {"type": "image_url", "image_url": {"url": "https://images.example/a.png?x=1&y=%20"}}]
    raw = client.chat.completions.with_raw_response.create(model="lab-small", messages=[{"role": "user", "content": parts}])
    sent = raw.http_request.content.decode()
    content = sent[sent.index('"content":'):sent.index("]", sent.index('"content":')) + 1]
    assert len(content) > 200_000
    exchange = provider.only()
    assert content in exchange["raw"]
    assert exchange["body"]["messages"][0]["content"] == parts


def test_unknown_fields_pass(client, provider):
    client.chat.completions.create(**ASK, extra_body={"top_k": 7, "vendor": {"deep": [1, 2.50, None]}})
    body = provider.only()["body"]
    assert body["top_k"] == 7 and body["vendor"] == {"deep": [1, 2.5, None]}


def test_completions(client):
    answer = client.completions.create(model="lab-small", prompt="Hello")
    assert answer.choices[0].text == TEXT
    streamed = client.completions.create(model="lab-small", prompt="Hello", stream=True)
    assert "".join(chunk.choices[0].text for chunk in streamed if chunk.choices) == TEXT


def test_failover_is_invisible(client, provider):
    first_fails = {"model": "err-500", "extra_body": {"models": ["lab-small"]}, "messages": QUESTION}
    raw = client.chat.completions.with_raw_response.create(**first_fails)
    assert raw.parse().choices[0].message.content == TEXT
    assert raw.headers["x-headgate-model"] == "lab-small"
    assert int(raw.headers["x-headgate-attempts"]) == len(provider.log()) >= 2
    stream = client.chat.completions.create(**first_fails, stream=True)
    assert joined(stream) == TEXT


def test_async_client():
    async def talk():
        async with openai.AsyncOpenAI(base_url=BASE_URL, api_key=KEY) as client:
            answers = await asyncio.gather(*(client.chat.completions.create(**ASK) for _ in range(8)))
            chunks = [chunk async for chunk in await client.chat.completions.create(**ASK, stream=True)]
            return answers, chunks

    answers, chunks = asyncio.run(talk())
    assert {answer.choices[0].message.content for answer in answers} == {TEXT}
    assert len({answer._request_id for answer in answers}) == 8
    assert joined(chunks) == TEXT


def test_models(client):
    listed = client.models.list()
    assert {"lab-small", "lab-embed"} <= {model.id for model in listed}
    one = client.models.retrieve("lab-small")
    assert (one.id, one.object) == ("lab-small", "model")
    assert isinstance(one.created, int) and one.owned_by
    assert one._request_id


def test_comments_of_a_stream_that_waits_are_passed_over(client):
    with client.chat.completions.stream(model="late", messages=[{"role": "user", "content": "Hello"}]) as stream:
        assert stream.get_final_completion().choices[0].message.content
