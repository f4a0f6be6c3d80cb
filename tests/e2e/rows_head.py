"""Request heads: the Host, folding, names and values, line ends, the request line, methods, sizes."""

from rows import LENGTH, bad, get, good, line, post

HOST = [
    bad("host-missing", get(host=None)),
    bad("host-missing-post", post(LENGTH, host=None)),
    bad("host-twice-different", get("Host: other")),
    bad("host-twice-same", get("Host: localhost")),
    bad("host-list", get(host="Host: localhost, other")),
    bad("host-with-path", get(host="Host: localhost/v1")),
    bad("host-with-userinfo", get(host="Host: me@localhost")),
    bad("host-with-space", get(host="Host: local host")),
    bad("host-with-tab", get(host="Host: local\thost")),
    bad("host-with-quote", get(host='Host: "localhost"')),
    bad("host-with-angle", get(host="Host: <localhost>")),
    bad("host-with-backslash", get(host="Host: localhost\\x")),
    bad("host-with-query", get(host="Host: localhost?x")),
    bad("host-with-fragment", get(host="Host: localhost#x")),
    bad("host-not-ascii", get(host=b"Host: localh\xc3\xb6st")),
    bad("host-port-not-a-number", get(host="Host: localhost:80x")),
    bad("host-port-too-large", get(host="Host: localhost:99999")),
    bad("host-brackets-empty", get(host="Host: []")),
    good("host-empty", get(host="Host:"), 200, 400),
    bad("host-bracket-open", get(host="Host: [::1")),
    bad("host-with-scheme", get(host="Host: http://localhost")),
    good("host-with-port", get(host="Host: localhost:8080")),
    good("host-ipv6", get(host="Host: [::1]:8080")),
    good("host-case-and-blanks", get(host="HOST: \t localhost \t")),
    good("host-absent-in-1.0", get(start="GET /v1/models HTTP/1.0", host=None)),
]

FOLDING = [
    bad("fold-space", get("X-A: one", " two")),
    bad("fold-tab", get("X-A: one", "\ttwo")),
    bad("fold-of-nothing", get("X-A:", " two")),
    bad("fold-before-first-field", line("GET /v1/models HTTP/1.1", " X-A: one", "Host: localhost")),
    bad("fold-in-host", get(host=b"Host: localhost\r\n other")),
    bad("fold-in-length", post("Content-Length: 5", " 7")),
    bad("fold-in-coding", post("Transfer-Encoding:", " chunked", body=b"0\r\n\r\n")),
    bad("fold-in-authorization", get("Authorization: Bearer", " hg_key")),
    bad("fold-line-of-blanks", get("X-A: one", "  ")),
]

IDENTITY = [
    bad("authorization-twice-different", get("Authorization: Bearer hg_one", "Authorization: Bearer hg_two")),
    bad("authorization-twice-same", get("Authorization: Bearer hg_one", "authorization: Bearer hg_one")),
    bad("authorization-twice-mixed-schemes", get("Authorization: Basic eDp5", "Authorization: Bearer hg_two")),
]

FIELDS = [
    bad("space-before-colon", get("X-A : one")),
    bad("tab-before-colon", get("X-A\t: one")),
    bad("space-before-colon-host", get(host="Host : localhost")),
    bad("space-before-colon-length", post(f"Content-Length : {len(post())}")),
    bad("space-before-colon-coding", post("Transfer-Encoding : chunked", body=b"0\r\n\r\n")),
    bad("name-empty", get(": one")),
    bad("no-colon", get("X-A")),
    bad("name-with-space", get("X A: one")),
    bad("name-with-paren", get("X(A): one")),
    bad("name-with-at", get("X@A: one")),
    bad("name-with-slash", get("X/A: one")),
    bad("name-with-quote", get('X"A: one')),
    bad("name-obs-text", get(b"X-\xe9: one")),
    bad("name-utf8", get(b"X-\xc3\xa9: one")),
    bad("name-nul", get(b"X-\0A: one")),
    bad("name-del", get(b"X-\x7fA: one")),
    bad("value-nul", get(b"X-A: o\0ne")),
    bad("value-control", get(b"X-A: o\x01ne")),
    bad("value-escape", get(b"X-A: o\x1bne")),
    bad("value-del", get(b"X-A: o\x7fne")),
    bad("value-vertical-tab", get(b"X-A: o\x0bne")),
    bad("value-bare-cr", get(b"X-A: one\rX-B: two")),
    bad("value-bare-cr-at-end", get(b"X-A: one\r")),
    good("value-obs-text", get(b"X-A: caf\xe9")),
    good("value-empty", get("X-A:")),
    good("value-without-blank", get("X-A:one")),
]

LINE_ENDS = [
    bad("bare-lf-everywhere", b"GET /v1/models HTTP/1.1\nHost: localhost\n\n"),
    bad("bare-lf-request-line", b"GET /v1/models HTTP/1.1\nHost: localhost\r\n\r\n"),
    bad("bare-lf-field", b"GET /v1/models HTTP/1.1\r\nX-A: one\nHost: localhost\r\n\r\n"),
    bad("bare-lf-last-line", b"GET /v1/models HTTP/1.1\r\nHost: localhost\r\n\n"),
    bad("bare-lf-before-hidden-field", get(b"X-A: one\nTransfer-Encoding: chunked")),
    bad("bare-cr-everywhere", b"GET /v1/models HTTP/1.1\rHost: localhost\r\r", or_close=True),
    bad("cr-cr-lf", b"GET /v1/models HTTP/1.1\r\r\nHost: localhost\r\n\r\n"),
    good("one-empty-line-first", b"\r\n" + get(), 200, 400),
]

# Refused as soon as it is clear, with nothing behind that looks like the end of a head.
UNFINISHED = [bad(f"unfinished-{name}", data, tail=b"") for name, data in {
    "bare-lf": b"GET /v1/models HTTP/1.1\nHost: localhost\n\n",
    "bare-lf-field": b"GET /v1/models HTTP/1.1\r\nHost: localhost\n",
    "bare-lf-last-line": b"GET /v1/models HTTP/1.1\r\nHost: localhost\r\n\n",
    "bare-cr": b"GET /v1/models HTTP/1.1\rHost: localhost\r\r",
    "http-0.9": b"GET /v1/models\r\n",
    "proxy-line": b"PROXY TCP4 10.0.0.1 10.0.0.2 1 2\r\n",
    "tls-hello": bytes.fromhex("16030100a5010000a10303"),
    "ssh": b"SSH-2.0-OpenSSH_9.2\r\n",
    "zeros": b"\0" * 100,
    "two-empty-lines": b"\r\n\r\n",
}.items()]

REQUEST_LINE = [
    bad("version-missing", b"GET /v1/models\r\nHost: localhost\r\n\r\n"),
    bad("version-0.9", get(start="GET /v1/models HTTP/0.9"), 400, 505),
    bad("version-2.0", get(start="GET /v1/models HTTP/2.0"), 400, 505),
    bad("version-9.9", get(start="GET /v1/models HTTP/9.9"), 400, 505),
    bad("version-lower-case", get(start="GET /v1/models http/1.1")),
    bad("version-three-parts", get(start="GET /v1/models HTTP/1.1.1")),
    bad("version-leading-zero", get(start="GET /v1/models HTTP/01.1")),
    bad("version-plus", get(start="GET /v1/models HTTP/+1.1")),
    bad("version-other-protocol", get(start="GET /v1/models HTTPS/1.1")),
    bad("version-trailing-blank", get(start="GET /v1/models HTTP/1.1 ")),
    bad("two-spaces-after-method", get(start="GET  /v1/models HTTP/1.1")),
    bad("two-spaces-before-version", get(start="GET /v1/models  HTTP/1.1")),
    bad("tabs-for-spaces", get(start="GET\t/v1/models\tHTTP/1.1")),
    bad("leading-blank", get(start=" GET /v1/models HTTP/1.1")),
    bad("target-with-space", get(start="GET /v1/mo dels HTTP/1.1")),
    bad("target-with-nul", get(start="GET /v1/\0models HTTP/1.1")),
    bad("target-with-control", get(start="GET /v1/\x01models HTTP/1.1")),
    bad("target-with-bare-cr", get(start="GET /v1/\rmodels HTTP/1.1")),
    bad("target-not-ascii", get(start=b"GET /v1/m\xc3\xb6dels HTTP/1.1")),
    bad("target-with-fragment", get(start="GET /v1/models#x HTTP/1.1")),
    bad("target-without-slash", get(start="GET v1/models HTTP/1.1")),
    good("target-with-quote", get(start='GET /v1/"models" HTTP/1.1'), 400, 404),
    bad("method-not-a-token", get(start="G(T /v1/models HTTP/1.1")),
    bad("method-empty", get(start=" /v1/models HTTP/1.1")),
    bad("only-a-method", b"GET\r\n\r\n"),
    good("query", get(start="GET /v1/models?limit=1000 HTTP/1.1")),
]

METHODS = [
    good("head", get(start="HEAD /v1/models HTTP/1.1"), method="HEAD"),
    good("method-unknown-url", get(start="GET /v1/nothing HTTP/1.1"), 404),
    good("get-on-a-post-url", get(start="GET /v1/chat/completions HTTP/1.1"), 405),
    good("delete", get(start="DELETE /v1/models HTTP/1.1"), 405),
    good("put", get("Content-Length: 2", start="PUT /v1/models HTTP/1.1") + b"{}", 405),
    good("trace", get(start="TRACE /v1/models HTTP/1.1"), 405, 400, 501),
    good("connect", line("CONNECT example.com:443 HTTP/1.1", "Host: example.com:443"), 405, 400, 404, 501),
    good("method-lower-case", get(start="get /v1/models HTTP/1.1"), 400, 405, 501),
    good("method-invented", get(start="FROB /v1/models HTTP/1.1"), 405, 400, 501),
    good("path-traversal", get(start="GET /v1/../metrics HTTP/1.1"), 400, 404),
    good("path-traversal-encoded", get(start="GET /v1/%2e%2e/metrics HTTP/1.1"), 400, 404),
    good("double-slash", get(start="GET //v1/models HTTP/1.1"), 400, 404),
    good("absolute-form-names-no-destination",
         get(start="GET http://169.254.169.254/v1/nothing HTTP/1.1"), 400, 404),
    good("options-star", get(start="OPTIONS * HTTP/1.1"), 200, 204, 400, 404, 405),
]

SIZES = [
    bad("target-too-long", get(start="GET /" + "a" * 40000 + " HTTP/1.1"), 414, 431),
    bad("one-huge-field", get("X-A: " + "a" * 40000), 431),
    bad("one-huge-name", get("X" * 40000 + ": a"), 431, 400),
    bad("many-fields-by-size", get(*[f"X-{i}: {'a' * 200}" for i in range(300)]), 431),
    bad("many-fields-by-count", get(*[f"X-{i}: a" for i in range(2000)]), 431),
    bad("huge-method", get(start="A" * 40000 + " / HTTP/1.1"), 400, 414, 431, 501),
    bad("head-without-end", b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"X-A: aaaaaaaa\r\n" * 5000, 431, tail=b""),
    good("fifty-fields", get(*[f"X-{i}: a" for i in range(50)])),
]

EXPECTATIONS = [
    good("expect-unknown", post(LENGTH, "Expect: 200-maybe"), 200, 417),
    good("upgrade-websocket", get("Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13",
                                  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="), 200, 400, 426),
    good("upgrade-h2c", get("Upgrade: h2c", "Connection: Upgrade, HTTP2-Settings", "HTTP2-Settings: AAMAAABk"),
         200, 400, 426),
]

ROWS = HOST + FOLDING + IDENTITY + FIELDS + LINE_ENDS + UNFINISHED + REQUEST_LINE + METHODS + SIZES + EXPECTATIONS
