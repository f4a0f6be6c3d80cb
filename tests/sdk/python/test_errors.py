import openai
import pytest

from lab import BASE_URL, KEY, QUESTION, REVOKED_KEY, TEXT, assert_discreet, assert_ours


def ask(client, model, **more):
    return client.chat.completions.create(model=model, messages=QUESTION, **more)


@pytest.mark.parametrize("key, code", [("hg_nobody", "invalid_api_key"), ("sk-other", "invalid_api_key"),
                                       (REVOKED_KEY, "revoked_api_key")])
def test_keys(provider, key, code):
    with openai.OpenAI(base_url=BASE_URL, api_key=key) as client:
        for call in (lambda: ask(client, "lab-small"), lambda: ask(client, "lab-small", stream=True), client.models.list):
            with pytest.raises(openai.AuthenticationError) as caught:
                call()
            assert_ours(caught.value, 401, "authentication_error", code)
            assert key not in str(caught.value)
    assert provider.log() == []


def test_unknown_model_names_the_closest(client, provider):
    for call in (lambda: ask(client, "lab-smal"), lambda: client.models.retrieve("lab-smal"),
                 lambda: client.embeddings.create(model="lab-smal", input="x")):
        with pytest.raises(openai.NotFoundError) as caught:
            call()
        assert_ours(caught.value, 404, "invalid_request_error", "model_not_found")
        assert "lab-small" in caught.value.body["message"]
    assert provider.log() == []


@pytest.mark.parametrize("change", [{"messages": "hello"}, {"messages": None}, {"model": 7}, {"stream": "yes"}])
def test_invalid_request(client, provider, change):
    with pytest.raises(openai.BadRequestError) as caught:
        ask(client, "lab-small", extra_body=change)
    assert_ours(caught.value, 400, "invalid_request_error", "invalid_request")
    assert caught.value.param == next(iter(change))
    assert provider.log() == []


@pytest.mark.parametrize("model, param, code", [("err-400", "temperature", "unsupported_value"),
                                                ("err-context", "messages", "context_length_exceeded")])
def test_providers_refusal_of_the_request_passes(client, provider, model, param, code):
    with pytest.raises(openai.BadRequestError) as caught:
        ask(client, model)
    assert_ours(caught.value, 400, "invalid_request_error", code)
    assert caught.value.param == param
    provider.only()


def test_too_large(client, provider):
    with pytest.raises(openai.APIStatusError) as caught:
        client.chat.completions.create(model="lab-small", messages=[{"role": "user", "content": "x" * (1 << 21)}])
    assert_ours(caught.value, 413, "invalid_request_error", "request_too_large")
    assert provider.log() == []


def test_unknown_url(client):
    with pytest.raises(openai.NotFoundError) as caught:
        client.get("/nothing/here", cast_to=object)
    assert_ours(caught.value, 404, "invalid_request_error", "unknown_url")


@pytest.mark.parametrize("stream", [False, True])
def test_rate_limited_by_the_only_provider(once, stream):
    with pytest.raises(openai.RateLimitError) as caught:
        ask(once, "err-429", stream=stream)
    assert_ours(caught.value, 429, "rate_limit_error", "rate_limit_exceeded")
    assert 0 < float(caught.value.response.headers["retry-after"]) <= 60
    assert caught.value.response.headers.get("x-should-retry") != "false", "waiting helps"


def test_retry_after_brings_the_sdk_back(client, provider):
    assert ask(client, "flaky-429").choices[0].message.content == TEXT
    assert len(provider.log()) == 2


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("model, status, code", [("err-500", 502, "upstream_error"), ("err-401", 502, "upstream_error"),
                                                 ("refused", 502, "upstream_error"), ("hang", 504, "upstream_timeout")])
def test_exhausted_failover_is_not_retried(client, provider, model, status, code, stream):
    with pytest.raises(openai.InternalServerError) as caught:
        ask(client, model, stream=stream)
    assert_ours(caught.value, status, "server_error", code)
    headers = caught.value.response.headers
    assert headers["x-should-retry"] == "false"
    if model != "refused":
        assert len(provider.log()) == int(headers["x-headgate-attempts"]), "the SDK asked once"


@pytest.mark.parametrize("model, code", [("stream-cut", "upstream_error"), ("stream-error", "upstream_error"),
                                         ("stream-stall", "upstream_timeout")])
def test_stream_that_breaks_raises(client, provider, model, code):
    seen = []
    with pytest.raises(openai.APIError) as caught:
        for chunk in ask(client, model, stream=True):
            seen.append(chunk.choices[0].delta.content)
    assert "".join(seen) == "half a"
    assert not isinstance(caught.value, (openai.APIStatusError, openai.APIConnectionError))
    assert (caught.value.type, caught.value.code) == ("server_error", code)
    assert_discreet(caught.value.message)
    provider.only()


def test_async_errors():
    import asyncio

    async def talk():
        async with openai.AsyncOpenAI(base_url=BASE_URL, api_key=KEY) as client:
            with pytest.raises(openai.NotFoundError) as missing:
                await ask(client, "lab-smal")
            with pytest.raises(openai.APIError) as broken:
                async for _ in await ask(client, "stream-cut", stream=True):
                    pass
            return missing.value, broken.value

    missing, broken = asyncio.run(talk())
    assert_ours(missing, 404, "invalid_request_error", "model_not_found")
    assert broken.code == "upstream_error"
