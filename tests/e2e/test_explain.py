"""`headgate explain`: a decision in sentences, or in JSON when that is asked for."""

import json
import subprocess

import pytest
from support import configs, payloads
from support.headgate import BINARY

DOWN = {"type": "simulated", "latency": "5ms", "error_rate": 1}
CALM = {"type": "simulated", "latency": "5ms", "tokens": 3, "token_interval": "1ms"}


def explain(config, *arguments):
    return subprocess.run([str(BINARY), "explain", "--config", str(config), *map(str, arguments)],
                          capture_output=True, text=True, timeout=20)


@pytest.fixture
def config(tmp_path):
    models = {"first": {"provider": "down"}, "second": {"provider": "calm"}}
    return configs.gateway(tmp_path, {"down": DOWN, "calm": CALM}, models,
                           failover={"named_models": "equivalents"})


def test_a_past_request_tells_who_failed_and_who_answered(start, tmp_path, config):
    gateway = start(config)
    reply = gateway.chat(payloads.chat("first"))
    assert reply.status == 200
    reached = tmp_path / "reached.yaml"
    reached.write_text(json.dumps({**config, "server": {"admin_listen": "%s:%d" % gateway.admin}}))
    request_id = reply.get("x-request-id")
    text = " ".join(explain(reached, request_id).stdout.split())
    assert f"Request {request_id} of the tenant" in text and "asked for the model `first`" in text
    assert "first at down said that it cannot answer now (status 503)" in text
    assert "So second at calm answered, after 1 failed attempt." in text
    decision = json.loads(explain(reached, request_id, "--json").stdout)
    assert [attempt["model"] for attempt in decision["attempts"]] == ["first", "second"]


def test_a_request_that_is_not_sent_tells_who_would_be_asked(tmp_path, config):
    file, body = tmp_path / "headgate.yaml", tmp_path / "request.json"
    file.write_text(json.dumps(config))
    body.write_text(json.dumps(payloads.chat("first")))
    told = explain(file, "--file", body)
    assert told.returncode == 0, told.stderr
    text = " ".join(told.stdout.split())
    assert "not sent" in text and "So first at down would be asked first, and second at calm if that fails." in text
    assert json.loads(explain(file, "--file", body, "--json").stdout)["attempts"] == []
