"""Bodies in OpenAI's shape."""

USAGE = {"prompt_tokens": 9, "completion_tokens": 3, "total_tokens": 12}
MODELS = {"object": "list", "data": [{"id": "up-a", "object": "model", "created": 1, "owned_by": "lab"}]}
GREETING = "Grüße 🌍 from the lab"


def chat(model="a", text="Say hello.", **fields):
    """A chat request."""
    return {"model": model, "messages": [{"role": "user", "content": text}], **fields}


def completion(text=GREETING, legacy=False, usage=USAGE):
    said = {"text": text} if legacy else {"message": {"role": "assistant", "content": text}}
    return {"id": "cmpl-1", "object": "text_completion" if legacy else "chat.completion",
            "created": 1, "model": "up-a", "usage": usage,
            "choices": [{"index": 0, "finish_reason": "stop", "logprobs": None, **said}]}


def chunk(delta=None, finish=None, legacy=False, **fields):
    said = {"text": (delta or {}).get("content", "")} if legacy else {"delta": delta or {}}
    return {"id": "cmpl-1", "object": "text_completion" if legacy else "chat.completion.chunk",
            "created": 1, "model": "up-a",
            "choices": [{"index": 0, "finish_reason": finish, "logprobs": None, **said}], **fields}


ROLE = chunk({"role": "assistant", "content": ""})
FINISH = chunk(finish="stop")
USAGE_CHUNK = {"id": "cmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "up-a",
               "choices": [], "usage": USAGE}


def usage_chunk(usage):
    return {**USAGE_CHUNK, "usage": usage}


def chunks(text=GREETING, legacy=False, usage=None):
    """A whole stream: role, one chunk per word, finish, and the usage that is given."""
    words = [chunk({"content": word}, legacy=legacy) for word in text.replace(" ", "\0 ").split("\0")]
    opening = [] if legacy else [ROLE]
    return opening + words + [chunk(finish="stop", legacy=legacy)] + ([usage_chunk(usage)] if usage else [])


def embeddings(asked):
    inputs = asked.get("input")
    count = len(inputs) if isinstance(inputs, list) else 1
    data = [{"object": "embedding", "index": i, "embedding": [0.5, -1.25, 3.0]} for i in range(count)]
    return {"object": "list", "model": "up-a", "data": data,
            "usage": {"prompt_tokens": 4, "total_tokens": 4}}


def error(message, code=None, kind="invalid_request_error"):
    return {"error": {"message": message, "type": kind, "param": None, "code": code}}
