"""Bodies that are no good chat request although their framing is, and noise that is no HTTP at all."""

import gzip
import json
import random

from support import payloads

from rows import BODY, LENGTH, Row, post

NESTED = b'{"model":"a","messages":[{"role":"user","content":"hi"}],"metadata":%s}'


def nested(depth):
    return NESTED % (b"[" * depth + b"]" * depth)


# C-06: refused with 400, and the connection goes on.
JSON = {
    "cut": BODY[:-5],
    "cut-in-string": BODY[:12],
    "empty": b"",
    "blanks": b"  \r\n ",
    "trailing-text": BODY + b" x",
    "trailing-brace": BODY + b"}",
    "two-documents": BODY + BODY,
    "trailing-comma": BODY[:-1] + b",}",
    "top-array": b"[" + BODY + b"]",
    "top-string": b'"hi"',
    "top-null": b"null",
    "top-number": b"1",
    "not-json": b"model=a&messages=hi",
    "single-quotes": BODY.replace(b'"', b"'"),
    "comment": b"/* hi */" + BODY,
    "nan": BODY[:-1] + b',"temperature":NaN}',
    "infinity": BODY[:-1] + b',"temperature":Infinity}',
    "leading-zero": BODY[:-1] + b',"seed":01}',
    "bad-utf8": BODY.replace(b"Say", b"\xff\xfe"),
    "bad-utf8-overlong": BODY.replace(b"Say", b"\xc0\xaf"),
    "bad-utf8-surrogate": BODY.replace(b"Say", b"\xed\xa0\x80"),
    "raw-control-in-string": BODY.replace(b"Say", b"S\x01y"),
    "raw-newline-in-string": BODY.replace(b"Say", b"S\ny"),
    "bad-escape": BODY.replace(b"Say", b"\\x41"),
    "nul-after": BODY + b"\0",
    "deep-200": nested(200),
    "deep-50000": nested(50000),
    "deep-never-closed": b"[" * 100000,
    "model-missing": b'{"messages":[{"role":"user","content":"hi"}]}',
    "model-null": json.dumps(payloads.chat(model=None)).encode(),
    "model-number": json.dumps(payloads.chat(model=7)).encode(),
    "messages-missing": b'{"model":"a"}',
    "messages-string": b'{"model":"a","messages":"hi"}',
    "stream-string": BODY[:-1] + b',"stream":"yes"}',
}

DOUBLE_KEYS = {
    "model-twice": b'{"model":"a",' + BODY[1:-1] + b',"model":"b"}',
    "model-twice-escaped": BODY[:-1] + b',"mod\\u0065l":"b"}',
    "messages-twice": BODY[:-1] + b',"messages":[]}',
    "stream-twice": BODY[:-1] + b',"stream":false,"stream":true}',
}

LEGAL = {
    "deep-20": nested(20),
    "blanks-around": b" \r\n\t" + BODY + b"\r\n",
    "escapes": BODY.replace(b"Say", b"\\ud83c\\udf0d\\n\\u0000"),
    "unknown-fields": BODY[:-1] + b',"x_new":{"a":[1,2.5e3,null,true]}}',
    "big-numbers": BODY[:-1] + b',"seed":123456789012345678901234567890}',
    "utf8": BODY.replace(b"Say", "\u65e5\u672c \U0001f30d".encode()),
}


def encoded(coding, body):
    return post(f"Content-Encoding: {coding}", f"Content-Length: {len(body)}", body=body)


# C-10: understood, or refused; never passed on half-understood.
ENCODINGS = [
    Row("gzip", encoded("gzip", gzip.compress(BODY)), frozenset({200, 415})),
    Row("gzip-cut", encoded("gzip", gzip.compress(BODY)[:-6]), frozenset({400, 415})),
    Row("gzip-not-really", encoded("gzip", BODY), frozenset({400, 415})),
    Row("gzip-bomb", encoded("gzip", gzip.compress(b" " * (64 << 20))), frozenset({400, 413, 415})),
    Row("gzip-twice", encoded("gzip, gzip", gzip.compress(gzip.compress(BODY))), frozenset({200, 400, 415})),
    Row("unknown", encoded("zork", BODY), frozenset({400, 415})),
    Row("brotli", encoded("br", b"\x0b\x02\x80hello\x03"), frozenset({400, 415})),
    Row("identity", encoded("identity", BODY), frozenset({200, 415})),
]

_seeded = random.Random(7)

# C-11: 400, or a plain close.
NOISE = {
    "tls-hello": bytes.fromhex("16030100a5010000a10303") + bytes(_seeded.randbytes(154)),
    "ssh": b"SSH-2.0-OpenSSH_9.2\r\n" + b"\0" * 64,
    "h2-preface": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(9),
    "proxy-v1": b"PROXY TCP4 10.0.0.1 10.0.0.2 1 2\r\n" + post(LENGTH),
    "proxy-v2": b"\r\n\r\n\0\r\nQUIT\n" + bytes.fromhex("21110000"),
    "zeros": b"\0" * 4096,
    "random": _seeded.randbytes(65536),
    "smtp": b"EHLO example.com\r\nMAIL FROM:<a@example.com>\r\n\r\n",
    "redis": b"*1\r\n$4\r\nPING\r\n\r\n",
    "newlines": b"\r\n" * 5000,
    "rtsp": b"OPTIONS rtsp://localhost/x RTSP/1.0\r\nCSeq: 1\r\n\r\n",
    "json-line": b'{"jsonrpc":"2.0","method":"x"}\r\n\r\n',
}
