"""Simulated providers: a whole gateway without any network."""

import json
import time

import pytest
from support import configs, payloads

CALM = {"type": "simulated", "latency": "5ms", "tokens": 12, "token_interval": "1ms"}


@pytest.fixture
def begin(start, tmp_path):
    def begin(**providers):
        models = {f"on-{name}": {"provider": name, "upstream": "any"} for name in providers}
        return start(configs.gateway(tmp_path, providers, models))

    return begin


def test_a_simulated_provider_answers_everything(begin):
    gateway = begin(calm=CALM)
    assert gateway.chat(payloads.chat("on-calm")).text()
    stream = gateway.chat(payloads.chat("on-calm", stream=True, stream_options={"include_usage": True}))
    assert stream.complete and stream.text() and stream.events()[-1] == "[DONE]"
    assert json.loads(stream.events()[-2])["usage"]["completion_tokens"] == 12
    assert gateway.post("/v1/embeddings", {"model": "on-calm", "input": "x"}).json()["data"][0]["embedding"]
    assert gateway.post("/v1/completions", {"model": "on-calm", "prompt": "x"}).json()["choices"][0]["text"]


def test_a_simulated_provider_takes_its_scripted_time(begin):
    gateway = begin(slow={**CALM, "latency": "300ms"})
    begun = time.monotonic()
    assert gateway.chat(payloads.chat("on-slow")).status == 200
    assert time.monotonic() - begun >= 0.29


def test_a_simulated_outage_goes_to_the_next(begin):
    gateway = begin(broken={**CALM, "error_rate": 1.0}, calm=CALM)
    for stream in (False, True):
        reply = gateway.chat(payloads.chat("auto", stream=stream))
        assert reply.status == 200 and reply.get("x-headgate-model") == "on-calm"
    assert gateway.chat(payloads.chat("on-broken")).status >= 500
