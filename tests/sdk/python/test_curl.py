"""The same surface from a shell."""

import json
import subprocess

import pytest

from lab import GATEWAY, KEY, QUESTION, TEXT

CHAT = {"model": "lab-small", "messages": QUESTION}


class Reply:
    def __init__(self, head, body):
        status, *fields = head.strip().split("\r\n")
        self.status = int(status.split()[1])
        self.headers = {name.lower(): value.strip() for name, _, value in (field.partition(":") for field in fields)}
        self.text = body

    @property
    def json(self):
        assert self.headers["content-type"].startswith("application/json")
        return json.loads(self.text)

    @property
    def code(self):
        assert set(self.json["error"]) == {"message", "type", "param", "code"}
        assert self.headers["x-request-id"] == self.headers["request-id"]
        return self.status, self.json["error"]["type"], self.json["error"]["code"]


def run(*arguments, body=None):
    data = body if isinstance(body, (str, type(None))) else json.dumps(body)
    more = ["-H", "content-type: application/json", "--data-binary", "@-"] if data is not None else []
    command = ["curl", "--silent", "--show-error", "--noproxy", "*", "--max-time", "15", *more, *arguments]
    return subprocess.run(command, input=(data or "").encode(), capture_output=True, check=True, timeout=20).stdout.decode()


def curl(path, *arguments, body=None, auth=("-H", f"authorization: Bearer {KEY}")):
    text = run("--include", *auth, *arguments, GATEWAY + path, body=body)
    while text.startswith("HTTP/1.1 100"):
        text = text.partition("\r\n\r\n")[2]
    head, _, rest = text.partition("\r\n\r\n")
    return Reply(head, rest)


def events(text):
    blocks = [block for block in text.split("\n\n") if block and not block.startswith(":")]
    assert text.endswith("\n\n") and all(block.startswith("data: ") for block in blocks)
    return [block.removeprefix("data: ") for block in blocks]


@pytest.mark.parametrize("header", ["authorization: Bearer", "x-api-key:"])
def test_chat(header):
    reply = curl("/v1/chat/completions", body=CHAT, auth=("-H", f"{header} {KEY}"))
    assert reply.status == 200
    assert reply.json["choices"][0]["message"]["content"] == TEXT


def test_stream():
    reply = curl("/v1/chat/completions", "--no-buffer", body={**CHAT, "stream": True})
    assert reply.headers["content-type"].startswith("text/event-stream")
    *chunks, done = events(reply.text)
    assert done == "[DONE]"
    assert "".join(json.loads(chunk)["choices"][0]["delta"].get("content", "") for chunk in chunks) == TEXT


@pytest.mark.parametrize("model", ["stream-cut", "stream-error"])
def test_broken_stream_ends_with_an_error_event(model):
    reply = curl("/v1/chat/completions", body={**CHAT, "model": model, "stream": True})
    *_, last = events(reply.text)
    assert json.loads(last)["error"]["code"] == "upstream_error"
    assert "[DONE]" not in reply.text and '"finish_reason":"stop"' not in reply.text


@pytest.mark.parametrize("auth", [(), ("-H", "authorization: Bearer hg_wrong"), ("-H", "x-api-key: hg_wrong"),
                                  ("-H", "authorization: Basic aGc6aGc=")])
def test_no_or_wrong_key(auth):
    assert curl("/v1/chat/completions", body=CHAT, auth=auth).code == (401, "authentication_error", "invalid_api_key")


@pytest.mark.parametrize("path, arguments, body, code", [
    ("/v1/chat/completions", (), '{"model": "lab-small", ', (400, "invalid_request_error", "invalid_json")),
    ("/v1/chat/completions", (), "[1]", (400, "invalid_request_error", "invalid_request")),
    ("/v1/chat/completions", ("-X", "GET"), None, (405, "invalid_request_error", "method_not_allowed")),
    ("/v1/nothing", (), None, (404, "invalid_request_error", "unknown_url")),
    ("/v1/models/lab-smal", (), None, (404, "invalid_request_error", "model_not_found")),
])
def test_refusals(path, arguments, body, code):
    assert curl(path, *arguments, body=body).code == code


@pytest.mark.parametrize("arguments", [(), ("-H", "expect:"), ("-H", "expect:", "-H", "transfer-encoding: chunked")])
def test_too_large_is_answered_before_or_while_it_comes(arguments):
    reply = curl("/v1/chat/completions", *arguments, body={**CHAT, "padding": "x" * (1 << 21)})
    assert reply.code == (413, "invalid_request_error", "request_too_large")


def test_embeddings():
    ask = {"model": "lab-embed", "input": "one"}
    assert curl("/v1/embeddings", body=ask).json["data"][0]["embedding"] == [0.25, -0.5, 1.0, 0.125]
    for model in ("lab-embed", "lab-floats-only"):
        reply = curl("/v1/embeddings", body={**ask, "model": model, "encoding_format": "base64"})
        assert reply.json["data"][0]["embedding"] == "AACAPgAAAL8AAIA/AAAAPg=="


def test_models():
    listed = curl("/v1/models").json
    assert listed["object"] == "list"
    assert {"id", "object", "created", "owned_by"} <= set(listed["data"][0])


@pytest.mark.parametrize("path", ["/health/live", "/health/ready"])
def test_health_needs_no_key(path):
    assert curl(path, auth=()).status == 200


def test_head_of_root_has_no_body():
    reply = curl("/", "--head", auth=())
    assert reply.status == 200 and reply.text == ""


def test_one_connection_serves_many():
    address = GATEWAY + "/v1/models"
    auth = ("-H", f"authorization: Bearer {KEY}", "-o", "/dev/null", "-w", "%{http_code} %{num_connects}\n")
    counts = run(*auth, address, "--next", "-s", "--noproxy", "*", *auth, address).split("\n")
    assert counts[:2] == ["200 1", "200 0"]
