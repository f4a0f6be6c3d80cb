"""Providers and clients of every dialect, all in the same conversation: the weather in Oslo.

A *provider* here is a step for the scripted upstream: it answers in its dialect, with a call of the tool when tools
are offered and no result has come yet, and with words otherwise: JSON where a schema is asked for. The model's name
may ask for a refusal (`refuse-429`). A subclass may set another `call` and other `words`. A *client* makes requests of its dialect and reads
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
VECTOR = [0.5, -1.25, 3.0]  # of whatever is embedded
CITY = {"city": "Oslo", "temp_c": 4}  # what is answered when a schema is asked for
SIGNATURE = "c2lnbmF0dXJlLTE="  # of THOUGHT; without it the thought is refused
REFUSALS = {400: "Bad Request", 401: "Unauthorized", 429: "Too Many Requests", 500: "Internal Server Error"}


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


class Speaker:
    """What the providers of all dialects share."""
    call = (TOOL, ARGUMENTS)
    words = TEXT

    @classmethod
    def provider(cls, peer, request):
        asked = request.json() if request.body else {}
        refused = cls.model(asked, request.target).rpartition("refuse-")[2]
        if refused.isdecimal():
            return cls.refuse(int(refused))(peer, request)
        return cls.answer(peer, request, asked)

    @classmethod
    def refuse(cls, status, message="as the script says"):
        headers = ("retry-after: 1",) if status == 429 else ()
        return steps.reply(cls.error(status, message), f"{status} {REFUSALS[status]}", *headers)

    @classmethod
    def wants_call(cls, asked):
        return cls.call[0] in cls.offered(asked) and not cls.has_result(asked)

    @classmethod
    def text(cls, asked):
        return json.dumps(CITY) if cls.wants_json(asked) else cls.words

    @staticmethod
    def model(asked, target):
        return asked.get("model", "")


def halves(text):
    return text[:5], text[5:]


class ChatCompletions(Speaker):
    """OpenAI's own; as a client and as a provider."""
    type = "openai_compatible"
    base = "/v1"
    path = "/v1/chat/completions"

    USAGE = {"prompt_tokens": FRESH + CACHED, "completion_tokens": OUTPUT, "total_tokens": FRESH + CACHED + OUTPUT,
             "prompt_tokens_details": {"cached_tokens": CACHED}}

    @staticmethod
    def offered(asked):
        return [tool["function"]["name"] for tool in asked.get("tools", []) if tool["type"] == "function"]

    @staticmethod
    def has_result(asked):
        return any(message["role"] == "tool" for message in asked["messages"])

    @staticmethod
    def wants_json(asked):
        return asked.get("response_format", {}).get("type") == "json_schema"

    @staticmethod
    def error(status, message):
        return {"error": {"message": message, "type": "scripted", "param": None, "code": None}}

    @classmethod
    def answer(cls, peer, request, asked):
        name, arguments = cls.call[0], json.dumps(cls.call[1])
        text = cls.text(asked)
        call = {"id": "call_b2", "type": "function", "function": {"name": name, "arguments": arguments}}
        calls = cls.wants_call(asked)
        finish = "tool_calls" if calls else "stop"
        base = {"id": "chatcmpl-001", "created": 1790000000, "model": "up"}
        if not asked.get("stream"):
            message = {"role": "assistant", "content": None if calls else text, "refusal": None}
            if calls:
                message["tool_calls"] = [call]
            return steps.reply({**base, "object": "chat.completion", "usage": cls.USAGE, "choices": [
                {"index": 0, "message": message, "logprobs": None, "finish_reason": finish}]})(peer, request)
        deltas = [{"role": "assistant", "content": None if calls else ""}]
        if calls:
            deltas.append({"tool_calls": [{"index": 0, "id": "call_b2", "type": "function",
                                           "function": {"name": name, "arguments": ""}}]})
            deltas += [{"tool_calls": [{"index": 0, "function": {"arguments": piece}}]} for piece in halves(arguments)]
        else:
            deltas += [{"content": piece} for piece in halves(text)]
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


class Messages(Speaker):
    """Anthropic's."""
    type = "anthropic"
    base = "/v1"
    path = "/v1/messages"
    FINISH = {"end_turn": "stop", "tool_use": "tool_calls", "max_tokens": "length"}
    USAGE = {"input_tokens": FRESH, "cache_creation_input_tokens": 0, "cache_read_input_tokens": CACHED,
             "output_tokens": OUTPUT}

    @staticmethod
    def offered(asked):
        return [tool["name"] for tool in asked.get("tools", [])]

    @staticmethod
    def _blocks(asked, kind):
        return [block for message in asked["messages"] if isinstance(message["content"], list)
                for block in message["content"] if block["type"] == kind]

    @classmethod
    def has_result(cls, asked):
        return bool(cls._blocks(asked, "tool_result"))

    @staticmethod
    def wants_json(asked):
        return "format" in asked.get("output_config", {})

    @staticmethod
    def error(status, message):
        kind = {400: "invalid_request_error", 401: "authentication_error", 429: "rate_limit_error"}.get(status, "api_error")
        return {"type": "error", "error": {"type": kind, "message": message}, "request_id": "req_001"}

    @classmethod
    def content(cls, asked):
        """The blocks of the answer; a thought comes first when thinking is on."""
        if asked.get("thinking", {}).get("type") in ("enabled", "adaptive"):
            yield {"type": "thinking", "thinking": THOUGHT, "signature": SIGNATURE}
        if cls.wants_call(asked):
            yield {"type": "tool_use", "id": "toolu_01", "name": cls.call[0], "input": cls.call[1]}
        else:
            yield {"type": "text", "text": cls.text(asked)}

    @staticmethod
    def streamed(index, block):
        """The events of one block."""
        if block["type"] == "thinking":
            empty = {"type": "thinking", "thinking": "", "signature": ""}
            deltas = [{"type": "thinking_delta", "thinking": piece} for piece in halves(block["thinking"])]
            deltas.append({"type": "signature_delta", "signature": block["signature"]})
        elif block["type"] == "tool_use":
            empty = {**block, "input": {}}
            deltas = [{"type": "input_json_delta", "partial_json": piece}
                      for piece in ("", *halves(json.dumps(block["input"])))]
        else:
            empty = {"type": "text", "text": ""}
            deltas = [{"type": "text_delta", "text": piece} for piece in halves(block["text"])]
        yield {"type": "content_block_start", "index": index, "content_block": empty}
        yield from ({"type": "content_block_delta", "index": index, "delta": delta} for delta in deltas)
        yield {"type": "content_block_stop", "index": index}

    @classmethod
    def answer(cls, peer, request, asked):
        if request.target.endswith("/count_tokens"):
            return steps.reply({"input_tokens": FRESH})(peer, request)
        if any(block.get("signature") != SIGNATURE for block in cls._blocks(asked, "thinking")):
            return cls.refuse(400, "Invalid `signature` in `thinking` block")(peer, request)
        content = list(cls.content(asked))
        stop = "tool_use" if content[-1]["type"] == "tool_use" else "end_turn"
        message = {"id": "msg_001", "type": "message", "role": "assistant", "model": "up", "content": [],
                   "stop_reason": None, "stop_sequence": None, "usage": {**cls.USAGE, "output_tokens": 1}}
        if not asked.get("stream"):
            return steps.reply({**message, "content": content, "stop_reason": stop, "usage": cls.USAGE})(peer, request)
        events = [{"type": "message_start", "message": message}, {"type": "ping"}]
        for index, block in enumerate(content):
            events += cls.streamed(index, block)
        events += [{"type": "message_delta", "delta": {"stop_reason": stop, "stop_sequence": None},
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


class GenerateContent(Speaker):
    """Gemini's."""
    type = "gemini"
    base = "/v1beta"
    FINISH = {"STOP": "stop", "MAX_TOKENS": "length"}
    USAGE = {"promptTokenCount": FRESH + CACHED, "cachedContentTokenCount": CACHED, "candidatesTokenCount": OUTPUT,
             "totalTokenCount": FRESH + CACHED + OUTPUT}

    @staticmethod
    def model(asked, target):
        return target.partition("/models/")[2].partition(":")[0]

    @staticmethod
    def offered(asked):
        return [function["name"] for tool in asked.get("tools", []) for function in tool.get("functionDeclarations", [])]

    @staticmethod
    def has_result(asked):
        return any("functionResponse" in part for content in asked["contents"] for part in content["parts"])

    @staticmethod
    def wants_json(asked):
        return asked.get("generationConfig", {}).get("responseMimeType") == "application/json"

    @staticmethod
    def error(status, message):
        kind = {400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 429: "RESOURCE_EXHAUSTED"}.get(status, "INTERNAL")
        return {"error": {"code": status, "message": message, "status": kind}}

    @classmethod
    def answer(cls, peer, request, asked):
        if request.target.endswith(":countTokens"):
            return steps.reply({"totalTokens": FRESH})(peer, request)
        if request.target.endswith(":batchEmbedContents"):
            return steps.reply({"embeddings": [{"values": VECTOR} for _ in asked["requests"]],
                                "usageMetadata": {"promptTokenCount": FRESH}})(peer, request)
        calls, text = cls.wants_call(asked), cls.text(asked)

        def piece(part, **more):
            return {"candidates": [{"content": {"role": "model", "parts": [part]}, "index": 0, **more}],
                    "usageMetadata": cls.USAGE, "modelVersion": "up", "responseId": "r-001"}
        call = {"functionCall": dict(zip(("name", "args"), cls.call)), "thoughtSignature": "c2lnLTE="}
        if ":streamGenerateContent" not in request.target:
            return steps.reply(piece(call if calls else {"text": text}, finishReason="STOP"))(peer, request)
        assert request.target.endswith("alt=sse")
        if calls:
            return peer.send(frames(piece(call, finishReason="STOP"), named=False))
        first, last = halves(text)
        return peer.send(frames(piece({"text": first}), piece({"text": last}, finishReason="STOP"), named=False))

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
