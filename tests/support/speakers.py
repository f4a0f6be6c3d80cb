"""Providers and clients of every dialect, all in the same conversation: the weather in Oslo.

A *provider* here is a step for the scripted upstream: it answers in its dialect, with a call of the tool when tools
are offered and no result has come yet, and with words otherwise. A *client* makes requests of its dialect and reads
what comes back as `Said`, in words that no dialect owns.
"""

import json
from dataclasses import dataclass, field

from support import steps

TEXT = "It is 4 C in Oslo. 🌍"
THOUGHT = "Need the weather."
TOOL, ARGUMENTS = "get_weather", {"city": "Oslo"}
FRESH, CACHED, OUTPUT = 176, 1024, 9  # tokens of every answer
SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
PNG = "iVBORw0KGgo="


@dataclass
class Said:
    text: str = ""
    calls: list = field(default_factory=list)  # (name, arguments)
    ids: list = field(default_factory=list)
    finish: str = ""  # stop, tool_calls, length
    tokens: tuple = ()  # all input, of it cached, output


# --- providers

def frames(*events, named=True):
    """A chunked stream of JSON events."""
    out = b""
    for event in events:
        name = f"event: {event['type']}\n" if named else ""
        out += steps.chunk(f"{name}data: {json.dumps(event, ensure_ascii=False)}\n\n")
    return steps.STREAM_HEAD + out + steps.LAST_CHUNK


class ChatCompletions:
    """OpenAI's own; as a client and as a provider."""
    type = "openai_compatible"
    base = "/v1"
    path = "/v1/chat/completions"

    USAGE = {"prompt_tokens": FRESH + CACHED, "completion_tokens": OUTPUT, "total_tokens": FRESH + CACHED + OUTPUT,
             "prompt_tokens_details": {"cached_tokens": CACHED}}

    @staticmethod
    def wants_call(asked):
        return bool(asked.get("tools")) and all(m["role"] != "tool" for m in asked["messages"])

    @classmethod
    def provider(cls, peer, request):
        asked = request.json()
        call = {"id": "call_b2", "type": "function", "function": {"name": TOOL, "arguments": json.dumps(ARGUMENTS)}}
        calls = cls.wants_call(asked)
        finish = "tool_calls" if calls else "stop"
        base = {"id": "chatcmpl-001", "created": 1790000000, "model": "up"}
        if not asked.get("stream"):
            message = {"role": "assistant", "content": None if calls else TEXT, "refusal": None}
            if calls:
                message["tool_calls"] = [call]
            return steps.reply({**base, "object": "chat.completion", "usage": cls.USAGE, "choices": [
                {"index": 0, "message": message, "logprobs": None, "finish_reason": finish}]})(peer, request)
        deltas = [{"role": "assistant", "content": None if calls else ""}]
        if calls:
            deltas.append({"tool_calls": [{"index": 0, "id": "call_b2", "type": "function",
                                           "function": {"name": TOOL, "arguments": ""}}]})
            deltas += [{"tool_calls": [{"index": 0, "function": {"arguments": piece}}]} for piece in ('{"city":', '"Oslo"}')]
        else:
            deltas += [{"content": TEXT[:5]}, {"content": TEXT[5:]}]
        base["object"] = "chat.completion.chunk"
        events = [{**base, "choices": [{"index": 0, "delta": delta, "logprobs": None, "finish_reason": None}]}
                  for delta in deltas]
        events.append({**base, "choices": [{"index": 0, "delta": {}, "logprobs": None, "finish_reason": finish}]})
        events.append({**base, "choices": [], "usage": cls.USAGE})
        return steps.stream(*events)(peer, request)

    @staticmethod
    def ask(model="a", stream=False, tools=False, result=False, image=False, **more):
        content = "Weather in Oslo?"
        if image:
            content = [{"type": "text", "text": content},
                       {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PNG}"}}]
        messages = [{"role": "system", "content": "Answer briefly."}, {"role": "user", "content": content}]
        if result:
            messages += [{"role": "assistant", "content": None, "tool_calls": [
                {"id": "call_b2", "type": "function", "function": {"name": TOOL, "arguments": json.dumps(ARGUMENTS)}}]},
                {"role": "tool", "tool_call_id": "call_b2", "content": '{"temp_c":4}'}]
        body = {"model": model, "messages": messages, "max_tokens": 256, "temperature": 0.5, **more}
        if tools or result:
            body["tools"] = [{"type": "function", "function": {"name": TOOL, "description": "Now", "parameters": SCHEMA}}]
        if stream:
            body |= {"stream": True, "stream_options": {"include_usage": True}}
        return body

    @classmethod
    def target(cls, model="a", stream=False):
        return cls.path

    @staticmethod
    def _tokens(usage):
        return (usage["prompt_tokens"], usage["prompt_tokens_details"]["cached_tokens"], usage["completion_tokens"])

    @classmethod
    def read(cls, body):
        body = json.loads(body)
        choice = body["choices"][0]
        calls = choice["message"].get("tool_calls") or []
        return Said(choice["message"]["content"] or "", [(c["function"]["name"], json.loads(c["function"]["arguments"]))
                                                         for c in calls], [c["id"] for c in calls],
                    choice["finish_reason"], cls._tokens(body["usage"]))

    @classmethod
    def read_stream(cls, events):
        said, calls = Said(), {}
        assert events[-1] == "[DONE]"
        for event in map(json.loads, events[:-1]):
            if event.get("usage"):
                said.tokens = cls._tokens(event["usage"])
            for choice in event["choices"]:
                said.text += choice["delta"].get("content") or ""
                for piece in choice["delta"].get("tool_calls") or []:
                    call = calls.setdefault(piece["index"], {"id": piece.get("id"), "name": "", "arguments": ""})
                    call["name"] += piece["function"].get("name") or ""
                    call["arguments"] += piece["function"].get("arguments") or ""
                said.finish = choice["finish_reason"] or said.finish
        said.calls = [(c["name"], json.loads(c["arguments"])) for c in calls.values()]
        said.ids = [c["id"] for c in calls.values()]
        return said


class Messages:
    """Anthropic's."""
    type = "anthropic"
    base = "/v1"
    path = "/v1/messages"
    FINISH = {"end_turn": "stop", "tool_use": "tool_calls", "max_tokens": "length"}
    USAGE = {"input_tokens": FRESH, "cache_creation_input_tokens": 0, "cache_read_input_tokens": CACHED,
             "output_tokens": OUTPUT}

    @staticmethod
    def wants_call(asked):
        results = [b for m in asked["messages"] if isinstance(m["content"], list) for b in m["content"]
                   if b["type"] == "tool_result"]
        return bool(asked.get("tools")) and not results

    @classmethod
    def provider(cls, peer, request):
        asked = request.json()
        calls = cls.wants_call(asked)
        stop = "tool_use" if calls else "end_turn"
        message = {"id": "msg_001", "type": "message", "role": "assistant", "model": "up", "content": [],
                   "stop_reason": None, "stop_sequence": None, "usage": {**cls.USAGE, "output_tokens": 1}}
        if not asked.get("stream"):
            block = ({"type": "tool_use", "id": "toolu_01", "name": TOOL, "input": ARGUMENTS} if calls
                     else {"type": "text", "text": TEXT})
            return steps.reply({**message, "content": [block], "stop_reason": stop, "usage": cls.USAGE})(peer, request)
        events = [{"type": "message_start", "message": message}, {"type": "ping"}]
        if calls:
            events += [{"type": "content_block_start", "index": 0, "content_block":
                        {"type": "tool_use", "id": "toolu_01", "name": TOOL, "input": {}}}]
            deltas = [{"type": "input_json_delta", "partial_json": piece} for piece in ("", '{"city":', '"Oslo"}')]
        else:
            events += [{"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}]
            deltas = [{"type": "text_delta", "text": piece} for piece in (TEXT[:5], TEXT[5:])]
        events += [{"type": "content_block_delta", "index": 0, "delta": delta} for delta in deltas]
        events += [{"type": "content_block_stop", "index": 0},
                   {"type": "message_delta", "delta": {"stop_reason": stop, "stop_sequence": None},
                    "usage": {"output_tokens": OUTPUT}},
                   {"type": "message_stop"}]
        return peer.send(frames(*events))

    @staticmethod
    def ask(model="a", stream=False, tools=False, result=False, image=False, **more):
        content = [{"type": "text", "text": "Weather in Oslo?"}]
        if image:
            content.append({"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": PNG}})
        messages = [{"role": "user", "content": content}]
        if result:
            messages += [{"role": "assistant", "content": [
                {"type": "tool_use", "id": "call_b2", "name": TOOL, "input": ARGUMENTS}]},
                {"role": "user", "content": [
                    {"type": "tool_result", "tool_use_id": "call_b2", "content": '{"temp_c":4}'}]}]
        body = {"model": model, "max_tokens": 256, "system": "Answer briefly.", "messages": messages,
                "temperature": 0.5, **more}
        if tools or result:
            body["tools"] = [{"name": TOOL, "description": "Now", "input_schema": SCHEMA}]
        if stream:
            body["stream"] = True
        return body

    @classmethod
    def target(cls, model="a", stream=False):
        return cls.path

    @staticmethod
    def _tokens(usage):
        cached, written = usage.get("cache_read_input_tokens") or 0, usage.get("cache_creation_input_tokens") or 0
        return (usage["input_tokens"] + cached + written, cached, usage["output_tokens"])

    @classmethod
    def read(cls, body):
        body = json.loads(body)
        calls = [b for b in body["content"] if b["type"] == "tool_use"]
        return Said("".join(b["text"] for b in body["content"] if b["type"] == "text"),
                    [(c["name"], c["input"]) for c in calls], [c["id"] for c in calls],
                    cls.FINISH[body["stop_reason"]], cls._tokens(body["usage"]))

    @classmethod
    def read_stream(cls, events):
        said, blocks, usage, order = Said(), {}, {}, []
        for event in map(json.loads, events):
            kind = event["type"]
            order.append(kind)
            if kind == "message_start":
                usage |= event["message"]["usage"]
            if kind == "content_block_start":
                assert event["index"] == len(blocks), "blocks are dense and in order"
                blocks[event["index"]] = {**event["content_block"], "json": ""}
            if kind == "content_block_delta":
                block, delta = blocks[event["index"]], event["delta"]
                block["json"] += delta.get("partial_json", "")
                said.text += delta.get("text", "")
            if kind == "message_delta":
                said.finish = cls.FINISH[event["delta"]["stop_reason"]]
                usage |= {name: count for name, count in event["usage"].items() if count is not None}
        assert order[0] == "message_start" and order[-1] == "message_stop"
        calls = [b for b in blocks.values() if b["type"] == "tool_use"]
        said.calls = [(c["name"], json.loads(c["json"] or "{}")) for c in calls]
        said.ids = [c["id"] for c in calls]
        said.tokens = cls._tokens(usage)
        return said


class GenerateContent:
    """Gemini's."""
    type = "gemini"
    base = "/v1beta"
    FINISH = {"STOP": "stop", "MAX_TOKENS": "length"}
    USAGE = {"promptTokenCount": FRESH + CACHED, "cachedContentTokenCount": CACHED, "candidatesTokenCount": OUTPUT,
             "totalTokenCount": FRESH + CACHED + OUTPUT}

    @staticmethod
    def wants_call(asked):
        parts = [part for content in asked["contents"] for part in content["parts"]]
        return bool(asked.get("tools")) and not any("functionResponse" in part for part in parts)

    @classmethod
    def provider(cls, peer, request):
        asked = request.json()
        calls = cls.wants_call(asked)

        def piece(part, **more):
            return {"candidates": [{"content": {"role": "model", "parts": [part]}, "index": 0, **more}],
                    "usageMetadata": cls.USAGE, "modelVersion": "up", "responseId": "r-001"}
        call = {"functionCall": {"name": TOOL, "args": ARGUMENTS}, "thoughtSignature": "c2lnLTE="}
        if ":streamGenerateContent" not in request.target:
            return steps.reply(piece(call if calls else {"text": TEXT}, finishReason="STOP"))(peer, request)
        assert request.target.endswith("alt=sse")
        if calls:
            return peer.send(frames(piece(call, finishReason="STOP"), named=False))
        return peer.send(frames(piece({"text": TEXT[:5]}), piece({"text": TEXT[5:]}, finishReason="STOP"), named=False))

    @staticmethod
    def ask(model="a", stream=False, tools=False, result=False, image=False, **more):
        parts = [{"text": "Weather in Oslo?"}]
        if image:
            parts.append({"inlineData": {"mimeType": "image/png", "data": PNG}})
        contents = [{"role": "user", "parts": parts}]
        if result:
            contents += [{"role": "model", "parts": [{"functionCall": {"name": TOOL, "args": ARGUMENTS}}]},
                         {"role": "user", "parts": [
                             {"functionResponse": {"name": TOOL, "response": {"temp_c": 4}}}]}]
        body = {"systemInstruction": {"parts": [{"text": "Answer briefly."}]}, "contents": contents,
                "generationConfig": {"maxOutputTokens": 256, "temperature": 0.5}, **more}
        if tools or result:
            body["tools"] = [{"functionDeclarations": [
                {"name": TOOL, "description": "Now", "parametersJsonSchema": SCHEMA}]}]
        return body

    @classmethod
    def target(cls, model="a", stream=False):
        return f"/v1beta/models/{model}:" + ("streamGenerateContent?alt=sse" if stream else "generateContent")

    @classmethod
    def _take(cls, said, body):
        usage = body.get("usageMetadata")
        if usage:
            said.tokens = (usage["promptTokenCount"], usage.get("cachedContentTokenCount", 0),
                           usage["candidatesTokenCount"] + usage.get("thoughtsTokenCount", 0))
        for candidate in body.get("candidates", []):
            for part in candidate.get("content", {}).get("parts", []):
                said.text += part.get("text", "")
                if "functionCall" in part:
                    said.calls.append((part["functionCall"]["name"], part["functionCall"]["args"]))
            if candidate.get("finishReason"):
                said.finish = "tool_calls" if said.calls else cls.FINISH[candidate["finishReason"]]

    @classmethod
    def read(cls, body):
        said = Said()
        cls._take(said, json.loads(body))
        return said

    @classmethod
    def read_stream(cls, events):
        said = Said()
        for event in events:
            cls._take(said, json.loads(event))
        return said


class Responses:
    """OpenAI's Responses, as a client."""
    path = "/v1/responses"

    @staticmethod
    def ask(model="a", stream=False, tools=False, result=False, image=False, **more):
        content = [{"type": "input_text", "text": "Weather in Oslo?"}]
        if image:
            content.append({"type": "input_image", "image_url": f"data:image/png;base64,{PNG}", "detail": "auto"})
        items = [{"role": "user", "content": content}]
        if result:
            items += [{"type": "function_call", "call_id": "call_b2", "name": TOOL, "arguments": json.dumps(ARGUMENTS)},
                      {"type": "function_call_output", "call_id": "call_b2", "output": '{"temp_c":4}'}]
        body = {"model": model, "instructions": "Answer briefly.", "input": items, "max_output_tokens": 256,
                "temperature": 0.5, **more}
        if tools or result:
            body["tools"] = [{"type": "function", "name": TOOL, "description": "Now", "parameters": SCHEMA, "strict": False}]
        if stream:
            body["stream"] = True
        return body

    @classmethod
    def target(cls, model="a", stream=False):
        return cls.path

    @classmethod
    def _of(cls, body):
        calls = [item for item in body["output"] if item["type"] == "function_call"]
        text = "".join(part["text"] for item in body["output"] if item["type"] == "message" for part in item["content"])
        usage = body["usage"]
        finish = "length" if body["status"] == "incomplete" else "tool_calls" if calls else "stop"
        return Said(text, [(c["name"], json.loads(c["arguments"])) for c in calls], [c["call_id"] for c in calls], finish,
                    (usage["input_tokens"], usage["input_tokens_details"]["cached_tokens"], usage["output_tokens"]))

    @classmethod
    def read(cls, body):
        return cls._of(json.loads(body))

    @classmethod
    def read_stream(cls, events):
        events = [json.loads(event) for event in events]
        assert [event["sequence_number"] for event in events] == list(range(len(events)))
        assert events[0]["type"] == "response.created" and events[-1]["type"] == "response.completed"
        said = cls._of(events[-1]["response"])
        streamed = "".join(event["delta"] for event in events if event["type"] == "response.output_text.delta")
        assert streamed == said.text
        arguments = "".join(e["delta"] for e in events if e["type"] == "response.function_call_arguments.delta")
        assert [call[1] for call in said.calls] == ([json.loads(arguments)] if arguments else [])
        return said


PROVIDERS = {"chat_completions": ChatCompletions, "messages": Messages, "generate_content": GenerateContent}
CLIENTS = {**PROVIDERS, "responses": Responses}
