"""Message framing: where a body ends, and every way to say so twice, oddly or falsely."""

from rows import BODY, CHUNKED, IN_CHUNKS, LENGTH, bad, good, post


def chunked(body):
    return post(CHUNKED, body=body)


def coding(value, body=IN_CHUNKS):
    value = value if isinstance(value, bytes) else value.encode()
    return post(b"Transfer-Encoding:" + value, body=body)


REFUSED = (400, 501)

CODINGS = [
    bad("te-unknown", coding(" xchunked"), *REFUSED),
    bad("te-unknown-suffix", coding(" chunkedx"), *REFUSED),
    bad("te-cow", coding(" cow"), *REFUSED),
    bad("te-identity", coding(" identity"), *REFUSED),
    bad("te-identity-chunked", coding(" identity, chunked"), *REFUSED),
    bad("te-chunked-identity", coding(" chunked, identity"), *REFUSED),
    bad("te-gzip", coding(" gzip"), *REFUSED),
    bad("te-gzip-with-length", post("Transfer-Encoding: gzip", LENGTH), *REFUSED),
    bad("te-gzip-chunked", coding(" gzip, chunked"), *REFUSED),
    bad("te-chunked-gzip", coding(" chunked, gzip"), *REFUSED),
    bad("te-deflate-chunked", coding(" deflate, chunked"), *REFUSED),
    bad("te-chunked-chunked", coding(" chunked, chunked"), *REFUSED),
    bad("te-parameter", coding(" chunked;q=1"), *REFUSED),
    bad("te-parameter-empty", coding(" chunked;"), *REFUSED),
    bad("te-quoted", coding(' "chunked"'), *REFUSED),
    bad("te-single-quoted", coding(" 'chunked'"), *REFUSED),
    bad("te-trailing-comma", coding(" chunked,"), *REFUSED),
    bad("te-leading-comma", coding(" ,chunked"), *REFUSED),
    bad("te-two-words", coding(" chunked chunked"), *REFUSED),
    bad("te-empty", coding(""), *REFUSED),
    bad("te-vertical-tab", coding(b"\x0bchunked"), *REFUSED),
    bad("te-form-feed", coding(b"\x0cchunked"), *REFUSED),
    bad("te-nul", coding(b" chunked\0"), *REFUSED),
    bad("te-nbsp", coding(b" \xa0chunked"), *REFUSED),
    bad("te-dotless", coding(b" chun\xe2\x84\xaaed"), *REFUSED),
    bad("te-twice", post(CHUNKED, CHUNKED, body=IN_CHUNKS), *REFUSED),
    bad("te-twice-second-identity", post(CHUNKED, "Transfer-Encoding: identity", body=IN_CHUNKS), *REFUSED),
    bad("te-twice-first-odd", post("Transfer-Encoding: x", CHUNKED, body=IN_CHUNKS), *REFUSED),
    bad("te-in-1.0", post(CHUNKED, body=IN_CHUNKS, start="POST /v1/chat/completions HTTP/1.0"), *REFUSED),
    bad("te-in-1.0-kept-alive", post(CHUNKED, "Connection: keep-alive", body=IN_CHUNKS,
                                     start="POST /v1/chat/completions HTTP/1.0"), *REFUSED),
    good("te-chunked", post(CHUNKED, body=IN_CHUNKS)),
    good("te-blanks-around", coding(" \t chunked \t "), 200, 400),
    good("te-upper-case", coding(" CHUNKED"), 200, *REFUSED),
]

BOTH = [
    bad("length-then-coding", post(LENGTH, CHUNKED, body=IN_CHUNKS)),
    bad("coding-then-length", post(CHUNKED, LENGTH, body=IN_CHUNKS)),
    bad("length-0-and-coding", post("Content-Length: 0", CHUNKED, body=IN_CHUNKS)),
    bad("length-and-coding-clte", post("Content-Length: 6", CHUNKED, body=b"0\r\n\r\nG"), tail=b""),
    bad("length-and-odd-coding", post(LENGTH, "Transfer-Encoding: xchunked"), *REFUSED),
]

LENGTHS = [
    bad("length-twice-different", post(LENGTH, "Content-Length: 5")),
    bad("length-twice-same", post(LENGTH, LENGTH)),
    bad("length-list", post(f"Content-Length: {len(BODY)}, {len(BODY)}")),
    bad("length-list-different", post(f"Content-Length: {len(BODY)}, 5")),
    bad("length-plus", post(f"Content-Length: +{len(BODY)}")),
    bad("length-negative", post("Content-Length: -1")),
    bad("length-hex", post(f"Content-Length: {len(BODY):#x}")),
    bad("length-exponent", post("Content-Length: 1e1")),
    bad("length-decimal", post(f"Content-Length: {len(BODY)}.0")),
    bad("length-underscore", post("Content-Length: 1_0")),
    bad("length-two-numbers", post("Content-Length: 5 7")),
    bad("length-empty", post("Content-Length:")),
    bad("length-word", post("Content-Length: ten")),
    bad("length-trailing-letter", post(f"Content-Length: {len(BODY)}b")),
    bad("length-2^64", post("Content-Length: 18446744073709551616"), 400, 413),
    bad("length-2^64-and-few", post(f"Content-Length: {2**64 + len(BODY)}"), 400, 413),
    bad("length-100-digits", post("Content-Length: " + "9" * 100), 400, 413),
    bad("length-superscript", post(b"Content-Length: \xb2")),
    good("length-missing", post(body=b""), 400, 411),
    good("length", post(LENGTH)),
    good("length-blanks-around", post(f"Content-Length: \t {len(BODY)} \t")),
    good("length-0-on-get", b"GET /v1/models HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n"),
    good("body-on-get-is-skipped", b"GET /v1/models HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello",
         200, 400),
]

SIZE = b"%x" % len(BODY)
DATA = BODY + b"\r\n"
END = b"0\r\n\r\n"

CHUNKS = [
    bad("chunk-size-not-hex", chunked(b"zz\r\n" + DATA + END)),
    bad("chunk-size-empty", chunked(b"\r\n" + DATA + END)),
    bad("chunk-size-0x", chunked(b"0x" + SIZE + b"\r\n" + DATA + END)),
    bad("chunk-size-plus", chunked(b"+" + SIZE + b"\r\n" + DATA + END)),
    bad("chunk-size-negative", chunked(b"-" + SIZE + b"\r\n" + DATA + END)),
    bad("chunk-size-underscore", chunked(b"1_0\r\n" + DATA + END)),
    bad("chunk-size-leading-blank", chunked(b" " + SIZE + b"\r\n" + DATA + END)),
    bad("chunk-size-17-digits", chunked(b"10000000000000000\r\n" + DATA + END), 400, 413),
    bad("chunk-size-overflow-to-few", chunked(b"1" + SIZE.rjust(16, b"0") + b"\r\n" + DATA + END), 400, 413),
    bad("chunk-size-many-zeros", chunked(b"0" * 20000 + SIZE + b"\r\n" + DATA + END), 400, 413, 431),
    bad("chunk-size-quote", chunked(b'"' + SIZE + b'"\r\n' + DATA + END)),
    bad("chunk-size-nul", chunked(SIZE + b"\0\r\n" + DATA + END)),
    bad("chunk-size-then-bare-lf", chunked(SIZE + b"\n" + DATA + END)),
    bad("chunk-size-then-bare-cr", chunked(SIZE + b"\r" + DATA + END)),
    bad("chunk-data-longer-than-size", chunked(SIZE + b"\r\n" + BODY + b"XX\r\n" + END)),
    bad("chunk-data-without-crlf", chunked(SIZE + b"\r\n" + BODY + END)),
    bad("chunk-data-then-bare-lf", chunked(SIZE + b"\r\n" + BODY + b"\n" + END)),
    bad("chunk-data-then-junk-line", chunked(SIZE + b"\r\n" + BODY + b"XX" + END)),
    bad("last-chunk-bare-lf", chunked(SIZE + b"\r\n" + DATA + b"0\n\n")),
    bad("last-chunk-then-bare-lf", chunked(SIZE + b"\r\n" + DATA + b"0\r\n\n")),
    good("chunk-size-upper-case-and-zeros", chunked(b"00" + SIZE.upper() + b"\r\n" + DATA + END)),
    good("chunk-per-byte", chunked(b"".join(b"1\r\n%c\r\n" % byte for byte in BODY) + END)),
]

EXTENSIONS = [
    good("extension-small", chunked(SIZE + b";name=value\r\n" + DATA + END)),
    good("extension-quoted", chunked(SIZE + b';name="a value"\r\n' + DATA + END)),
    bad("extension-huge", chunked(SIZE + b";a=" + b"b" * 100000 + b"\r\n" + DATA + END), 400, 413, 431),
    bad("extension-many", chunked(SIZE + b";a=b" * 20000 + b"\r\n" + DATA + END), 400, 413, 431),
    bad("extension-on-every-byte",
        chunked(b"".join(b"1;%s\r\n%c\r\n" % (b"e" * 4000, byte) for byte in BODY) + END), 400, 413, 431),
    bad("extension-with-bare-lf", chunked(SIZE + b";a\nb\r\n" + DATA + END)),
    bad("extension-with-bare-cr", chunked(SIZE + b";a\rb\r\n" + DATA + END)),
    bad("extension-with-nul", chunked(SIZE + b";a\0b\r\n" + DATA + END)),
    bad("extension-without-end", chunked(SIZE + b";" + b"e" * 200000), 400, 413, 431, tail=b""),
]


def trailed(trailer):
    return chunked(SIZE + b"\r\n" + DATA + b"0\r\n" + trailer + b"\r\n")


TRAILERS = [
    good("trailer-small", trailed(b"X-Sum: 1\r\n"), 200, 400),
    bad("trailer-huge", trailed(b"X-Sum: " + b"a" * 100000 + b"\r\n"), 400, 413, 431),
    bad("trailer-many", trailed(b"".join(b"X-%d: a\r\n" % i for i in range(5000))), 400, 413, 431),
    bad("trailer-without-end", trailed(b"X-A: a\r\n" * 20000)[:-2], 400, 413, 431, tail=b""),
    bad("trailer-folded", trailed(b"X-A: one\r\n two\r\n")),
    bad("trailer-bare-lf", trailed(b"X-A: one\nX-B: two\r\n")),
    bad("trailer-without-colon", trailed(b"X-A\r\n")),
    bad("trailer-space-before-colon", trailed(b"X-A : one\r\n")),
    bad("trailer-nul", trailed(b"X-A: o\0ne\r\n")),
    good("trailer-length", trailed(b"Content-Length: 5\r\n"), 200, 400),
    good("trailer-coding", trailed(b"Transfer-Encoding: chunked\r\n"), 200, 400),
    good("trailer-host", trailed(b"Host: other\r\n"), 200, 400),
]

ROWS = CODINGS + BOTH + LENGTHS + CHUNKS + EXTENSIONS + TRAILERS
