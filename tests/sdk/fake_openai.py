"""A small OpenAI-compatible provider; the model's name chooses how it behaves.

It keeps a log of what it received (GET /_fake/log, POST /_fake/reset), with the moment a caller
hung up, so that tests can judge what a gateway in front of it did.
"""

import base64
import json
import select
import socket
import struct
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

WORDS = ["Grüße", " aus", " Oslo", " 🌍"]
VECTOR = [0.25, -0.5, 1.0, 0.125]
USAGE = {"prompt_tokens": 11, "completion_tokens": 4, "total_tokens": 15,
         "prompt_tokens_details": {"cached_tokens": 3}}
LATE = 1.6  # longer than a beat of the gateway's
PATIENCE = 20.0  # seconds a held answer lives when nobody hangs up


def error(message, kind, param=None, code=None):
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}


REFUSALS = {
    "err-400": (400, error("temperature is not supported here", "invalid_request_error", "temperature", "unsupported_value")),
    "err-context": (400, error("maximum context length is 8 tokens", "invalid_request_error", "messages", "context_length_exceeded")),
    "err-401": (401, error("Incorrect API key provided", "invalid_request_error", None, "invalid_api_key")),
    "err-429": (429, error("Rate limit reached", "requests", None, "rate_limit_exceeded")),
    "err-500": (500, error("The server had an error", "server_error")),
}


def tool_call(index=0, arguments='{"city":"Oslo"}', **extra):
    return {"index": index, "id": "call_b2", "type": "function", **extra,
            "function": {"name": "get_weather", "arguments": arguments}}


def wants_tool(request):
    return bool(request.get("tools")) and request["messages"][-1]["role"] != "tool"


def answer_text(request):
    if request.get("response_format", {}).get("type") == "json_schema":
        return '{"city":"Oslo","temp_c":4}'
    return "".join(WORDS)


def completion(request):
    if wants_tool(request):
        call = tool_call()
        del call["index"]
        message, finish = {"role": "assistant", "content": None, "tool_calls": [call]}, "tool_calls"
    else:
        message, finish = {"role": "assistant", "content": answer_text(request), "refusal": None}, "stop"
    return {"id": "chatcmpl-001", "object": "chat.completion", "created": 1790000000, "model": request["model"],
            "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": finish}], "usage": USAGE}


def deltas(request):
    if wants_tool(request):
        yield {"role": "assistant", "content": None, "tool_calls": [tool_call(arguments="")]}, None
        for piece in ('{"city":', '"Oslo"}'):
            yield {"tool_calls": [{"index": 0, "function": {"arguments": piece}}]}, None
        yield {}, "tool_calls"
        return
    yield {"role": "assistant", "content": ""}, None
    whole = answer_text(request)
    for piece in (WORDS if whole == "".join(WORDS) else [whole[:9], whole[9:]]):
        yield {"content": piece}, None
    yield {}, "stop"


def chunk(request, choices, usage=None):
    return {"id": "chatcmpl-001", "object": "chat.completion.chunk", "created": 1790000000,
            "model": request["model"], "choices": choices, "usage": usage}


def delta_chunk(request, delta, finish=None):
    return chunk(request, [{"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}])


def text_completion(request):
    return {"id": "cmpl-001", "object": "text_completion", "created": 1790000000, "model": request["model"],
            "choices": [{"index": 0, "text": "".join(WORDS), "logprobs": None, "finish_reason": "stop"}], "usage": USAGE}


def embeddings(request):
    given = request["input"]
    count = len(given) if isinstance(given, list) and not isinstance(given[0], int) else 1
    vector = VECTOR
    if request.get("encoding_format") == "base64" and request["model"] != "floats-only":
        vector = base64.b64encode(struct.pack(f"<{len(VECTOR)}f", *VECTOR)).decode()
    return {"object": "list", "model": request["model"],
            "data": [{"object": "embedding", "index": i, "embedding": vector} for i in range(count)],
            "usage": {"prompt_tokens": 5, "total_tokens": 5}}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *_):
        pass

    def do_GET(self):
        if self.path == "/_fake/log":
            return self.send_json(200, self.server.exchanges)
        self.send_json(200, {"object": "list", "data": [{"id": "small-v1", "object": "model", "created": 1, "owned_by": "fake"}]})

    def do_POST(self):
        raw = self.rfile.read(int(self.headers.get("content-length", 0)))
        if self.path == "/_fake/reset":
            self.server.exchanges = []
            return self.send_json(200, {})
        request = json.loads(raw)
        self.exchange = {"path": self.path, "headers": {k.lower(): v for k, v in self.headers.items()},
                         "body": request, "raw": raw.decode(), "state": "open", "closed_at": None}
        self.server.exchanges.append(self.exchange)
        try:
            self.answer(request)
            self.exchange["state"] = self.exchange["state"].replace("open", "done")
        except OSError:
            self.caller_left()

    def answer(self, request):
        model = request["model"]
        if model == "flaky-429":
            seen = sum(one["body"].get("model") == model for one in self.server.exchanges)
            model = "err-429" if seen == 1 else model
        if model in REFUSALS:
            status, body = REFUSALS[model]
            return self.send_json(status, body, {"retry-after": "1"} if status == 429 else {})
        if self.path.endswith("/embeddings"):
            return self.send_json(200, embeddings(request))
        if model == "hang" and not self.hold(PATIENCE):
            return
        if model == "late" and not self.hold(LATE):
            return
        if request.get("stream"):
            return self.stream(request)
        self.send_json(200, text_completion(request) if self.path.endswith("/v1/completions") else completion(request))

    def stream(self, request):
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        self.write_chunk(": keep-alive\n\n")
        fault = getattr(self, "stream_" + request["model"].replace("-", "_"), None)
        if fault:
            return fault(request)
        if self.path.endswith("/v1/completions"):
            self.event(text_completion(request))
        else:
            for delta, finish in deltas(request):
                self.event(delta_chunk(request, delta, finish))
        if request.get("stream_options", {}).get("include_usage"):
            self.event(chunk(request, [], USAGE))
        self.event("[DONE]")
        self.write_chunk("")

    def stream_slow(self, request):
        """One word each 50 ms until the caller leaves."""
        self.event(delta_chunk(request, {"role": "assistant", "content": "word"}))
        for _ in range(int(PATIENCE / 0.05)):
            if not self.hold(0.05):
                return
            self.event(delta_chunk(request, {"content": " word"}))

    def stream_stream_cut(self, request):
        self.event(delta_chunk(request, {"role": "assistant", "content": "half a"}))
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_WR)

    def stream_stream_error(self, request):
        self.event(delta_chunk(request, {"role": "assistant", "content": "half a"}))
        self.event(error("The server lost its mind", "server_error"))
        self.write_chunk("")

    def stream_stream_stall(self, request):
        self.event(delta_chunk(request, {"role": "assistant", "content": "half a"}))
        self.hold(PATIENCE)

    def hold(self, seconds):
        """Waits; false as soon as the caller has hung up."""
        readable, _, _ = select.select([self.connection], [], [], seconds)
        if readable and not self.connection.recv(1, socket.MSG_PEEK):
            self.caller_left()
            return False
        return True

    def caller_left(self):
        self.exchange.update(state="closed", closed_at=time.time())
        self.close_connection = True

    def event(self, data):
        self.write_chunk(f"data: {data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)}\n\n")

    def write_chunk(self, text):
        payload = text.encode()
        self.wfile.write(b"%x\r\n%s\r\n" % (len(payload), payload))

    def send_json(self, status, body, headers={}):
        payload = json.dumps(body, ensure_ascii=False).encode()
        self.send_response(status)
        for name, value in {"content-type": "application/json", "content-length": str(len(payload)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(payload)


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.exchanges = []

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], ConnectionError):  # callers that leave are part of the tests
            super().handle_error(request, client_address)


def start():
    """Serves on a free loopback port from a thread; returns the address."""
    server = Server()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"
