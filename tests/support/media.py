"""Pictures, sound and moderation: what a client sends, and what a provider answers by path."""

import json

from support import steps

SOUND = b"ID3\x04\x00" + bytes(range(256)) * 40
BOUNDARY = "----xYz"
FORM = {"content-type": f"multipart/form-data; boundary={BOUNDARY}"}

MODERATION = {"id": "modr-1", "model": "up", "results": [{"flagged": False, "categories": {}, "category_scores": {}}]}
PICTURES = {"created": 1790000000, "data": [{"b64_json": "iVBORw0KGgo="}], "usage": {
    "input_tokens": 50, "output_tokens": 4000, "total_tokens": 4050,
    "input_tokens_details": {"text_tokens": 10, "image_tokens": 40}}}
TRANSCRIPT = {"text": "It is four degrees.", "usage": {
    "type": "tokens", "input_tokens": 14, "output_tokens": 5, "total_tokens": 19,
    "input_token_details": {"text_tokens": 4, "audio_tokens": 10}}}
TIMED = {"text": "It is four degrees.", "usage": {"type": "duration", "seconds": 9.5}}

PICTURE_EVENTS = [{"type": "image_generation.partial_image", "partial_image_index": 0, "b64_json": "AAAA"},
                  {"type": "image_generation.completed", "b64_json": "BBBB", "usage": PICTURES["usage"]}]
TRANSCRIPT_EVENTS = [{"type": "transcript.text.delta", "delta": "It is "},
                     {"type": "transcript.text.delta", "delta": "four degrees."},
                     {"type": "transcript.text.done", "text": TRANSCRIPT["text"], "usage": TRANSCRIPT["usage"]}]
SPEECH_EVENTS = [{"type": "speech.audio.delta", "audio": "SUQz"},
                 {"type": "speech.audio.done",
                  "usage": {"input_tokens": 3, "output_tokens": 7, "total_tokens": 10}}]


def part(name, value, filename=None):
    value = value if isinstance(value, bytes) else value.encode()
    more = f'; filename="{filename}"\r\nContent-Type: application/octet-stream' if filename else ""
    return f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'.encode() + value + b"\r\n"


def form(*parts):
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


def named_event(event):
    return f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode()


def stream(events, end=True):
    return steps.raw(steps.STREAM_HEAD + b"".join(steps.chunk(named_event(event)) for event in events)
                     + (steps.LAST_CHUNK if end else b""))


def sound(data=SOUND, kind="audio/mpeg", pieces=4):
    """Chunked, as speech comes."""
    size = len(data) // pieces + 1
    chunks = [steps.chunk(data[at:at + size]) for at in range(0, len(data), size)]
    return steps.raw(steps.head("200 OK", f"content-type: {kind}", "transfer-encoding: chunked") + b"".join(chunks)
                     + steps.LAST_CHUNK)


def answer(peer, request):
    """What a healthy provider says, by path."""
    surface = request.target.partition("/v1/")[2]
    wants_stream = b'"stream": true' in request.body or b'"stream":true' in request.body or \
        b'name="stream"\r\n\r\ntrue' in request.body or b'"sse"' in request.body
    whole = {"moderations": MODERATION, "audio/transcriptions": TRANSCRIPT, "audio/translations": TRANSCRIPT}
    streamed = {"audio/transcriptions": TRANSCRIPT_EVENTS, "audio/speech": SPEECH_EVENTS}
    if wants_stream:
        return stream(streamed.get(surface, PICTURE_EVENTS))(peer, request)
    if surface == "audio/speech":
        return sound()(peer, request)
    if surface == "audio/transcriptions" and b"\r\nsrt\r\n" in request.body:
        return steps.reply(b"1\n00:00:00 --> 00:00:01\nhi\n", kind="text/plain; charset=utf-8")(peer, request)
    return steps.reply(whole.get(surface, PICTURES))(peer, request)
