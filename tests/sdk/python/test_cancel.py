import asyncio
import time

import openai
import pytest

from lab import BASE_URL, KEY, QUESTION

SLOW = {"model": "slow", "messages": QUESTION, "stream": True}


def test_close_mid_stream(client, provider):
    stream = client.chat.completions.create(**SLOW)
    next(stream)
    moment = time.time()
    stream.close()
    provider.assert_cancelled_since(moment)


def test_leaving_the_with_block(client, provider):
    with client.chat.completions.create(**SLOW) as stream:
        for _ in stream:
            break
        moment = time.time()
    provider.assert_cancelled_since(moment)


def test_stream_helper_left_early(client, provider):
    with client.chat.completions.stream(model="slow", messages=QUESTION) as stream:
        next(iter(stream))
        moment = time.time()
    provider.assert_cancelled_since(moment)


def test_task_cancelled(provider):
    async def talk():
        async with openai.AsyncOpenAI(base_url=BASE_URL, api_key=KEY) as client:
            first = asyncio.Event()

            async def read():
                async for _ in await client.chat.completions.create(**SLOW):
                    first.set()

            task = asyncio.create_task(read())
            await asyncio.wait_for(first.wait(), 10)
            moment = time.time()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            return moment

    provider.assert_cancelled_since(asyncio.run(talk()))


def test_timeout_before_the_first_byte(once, provider):
    with pytest.raises(openai.APITimeoutError):
        once.chat.completions.create(model="held", messages=QUESTION, timeout=0.3)
    provider.assert_cancelled_since(time.time())


def test_the_client_stays_usable(client, provider):
    for _ in range(3):
        with client.chat.completions.create(**SLOW) as stream:
            next(stream)
    assert client.chat.completions.create(model="lab-small", messages=QUESTION).choices
    provider.wait_until(lambda log: sum(one["state"] == "closed" for one in log) == 3)
