"""One stream in the words of each dialect, for the mock upstream: a start, four events in turn, and an end."""
import json
import struct
import zlib
from pathlib import Path

WORDS = (" gateway", " of", " the", " clients")
SSE, AWS = "text/event-stream; charset=utf-8", "application/vnd.amazon.eventstream"


def sse(*events: dict | str, named: bool = False) -> bytes:
    out = ""
    for event in events:
        data = event if isinstance(event, str) else json.dumps(event, separators=(",", ":"))
        out += (f"event: {event['type']}\n" if named else "") + f"data: {data}\n\n"
    return out.encode()


def chat_completions():
    base = {"id": "chatcmpl-AbCdEfGhIjKlMnOpQrStUvWxYz012", "object": "chat.completion.chunk", "created": 1732272000,
            "model": "gpt-4o-mini", "system_fingerprint": "fp_0705bf87c0"}

    def event(delta, finish=None):
        return {**base, "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}

    usage = {"prompt_tokens": 312, "completion_tokens": 50, "total_tokens": 362}
    return (SSE, sse(event({"role": "assistant", "content": ""})), [sse(event({"content": word})) for word in WORDS],
            sse(event({}, "stop"), {**base, "choices": [], "usage": usage}, "[DONE]"))


def messages():
    message = {"id": "msg_01AbCdEfGhIjKlMnOpQrStUv", "type": "message", "role": "assistant", "model": "claude-x",
               "content": [], "stop_reason": None, "stop_sequence": None, "usage": {"input_tokens": 312, "output_tokens": 1}}

    def event(word):
        return {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": word}}

    start = sse({"type": "message_start", "message": message},
                {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}, named=True)
    end = sse({"type": "content_block_stop", "index": 0},
              {"type": "message_delta", "delta": {"stop_reason": "end_turn", "stop_sequence": None},
               "usage": {"output_tokens": 50}}, {"type": "message_stop"}, named=True)
    return SSE, start, [sse(event(word), named=True) for word in WORDS], end


def generate_content():
    def event(word, **more):
        return {"candidates": [{"content": {"parts": [{"text": word}], "role": "model"}, "index": 0, **more}],
                "usageMetadata": {"promptTokenCount": 312, "candidatesTokenCount": 50, "totalTokenCount": 362},
                "modelVersion": "gemini-x", "responseId": "AbCdEfGhIjKlMnOpQrStUv"}
    return SSE, sse(event("A")), [sse(event(word)) for word in WORDS], sse(event(".", finishReason="STOP"))


def frame(name: str, event: dict) -> bytes:
    """One message of AWS's event stream."""
    head = b"".join(struct.pack(">B", len(key)) + key + b"\x07" + struct.pack(">H", len(value)) + value
                    for key, value in ((b":event-type", name.encode()), (b":content-type", b"application/json"),
                                       (b":message-type", b"event")))
    body = json.dumps(event, separators=(",", ":")).encode()
    sizes = struct.pack(">II", 16 + len(head) + len(body), len(head))
    out = sizes + struct.pack(">I", zlib.crc32(sizes)) + head + body
    return out + struct.pack(">I", zlib.crc32(out))


def converse():
    def event(word):
        return frame("contentBlockDelta", {"contentBlockIndex": 0, "delta": {"text": word}, "p": "abcdefghijklm"})
    usage = {"inputTokens": 312, "outputTokens": 50, "totalTokens": 362}
    end = (frame("contentBlockStop", {"contentBlockIndex": 0}) + frame("messageStop", {"stopReason": "end_turn"}) +
           frame("metadata", {"usage": usage, "metrics": {"latencyMs": 500}}))
    return AWS, frame("messageStart", {"role": "assistant"}), [event(word) for word in WORDS], end


STREAMS = {"chat_completions": chat_completions, "messages": messages, "generate_content": generate_content,
           "converse": converse}


def write(dialect: str, folder: Path) -> Path:
    """The files that `mock_upstream --stream` reads."""
    kind, start, events, end = STREAMS[dialect]()
    folder.mkdir(parents=True, exist_ok=True)
    parts = {"type": kind.encode(), "start": start, "end": end}
    for name, content in (parts | {f"event{i}": event for i, event in enumerate(events)}).items():
        (folder / name).write_bytes(content)
    return folder
