"""Clouds as providers: AWS, which judges signatures, and Google, which hands out access tokens.

Nothing here is taken from the gateway: signatures are computed again from what came over the wire.
"""

import base64
import hashlib
import hmac
import json
import re
import struct
import subprocess
import time
import zlib
from datetime import datetime, timezone
from urllib.parse import parse_qs, quote

from support import speakers, steps
from support.speakers import ARGUMENTS, CACHED, FRESH, OUTPUT, TEXT, TOOL

# --- AWS: Signature Version 4

AUTHORIZATION = re.compile(r"AWS4-HMAC-SHA256 Credential=([^/]+)/(\d{8})/([\w-]+)/([\w-]+)/aws4_request, "
                           r"SignedHeaders=([\w;-]+), Signature=([0-9a-f]{64})")


def hmac_sha256(key, text):
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def signature(method, target, headers, body, secret):
    """What `headers`, as (name, value) pairs, must carry as the signature."""
    fields = {name.lower(): " ".join(value.split()) for name, value in headers}
    _, day, region, service, signed, _ = AUTHORIZATION.fullmatch(fields["authorization"]).groups()
    path, _, query = target.partition("?")
    pairs = sorted(pair.partition("=")[::2] for pair in query.split("&") if pair)
    canonical = "\n".join([method, quote(path, safe="/-_.~"), "&".join(f"{name}={value}" for name, value in pairs),
                           *(f"{name}:{fields[name]}" for name in signed.split(";")), "", signed,
                           hashlib.sha256(body).hexdigest()])
    scope = f"{day}/{region}/{service}/aws4_request"
    text = "\n".join(["AWS4-HMAC-SHA256", fields["x-amz-date"], scope, hashlib.sha256(canonical.encode()).hexdigest()])
    key = ("AWS4" + secret).encode()
    for part in (day, region, service, "aws4_request"):
        key = hmac_sha256(key, part)
    return hmac_sha256(key, text).hex()


def aws_frame(name, payload, kind="event"):
    """One frame of application/vnd.amazon.eventstream."""
    headers = b"".join(bytes([len(key)]) + key.encode() + b"\x07" + struct.pack(">H", len(value)) + value.encode()
                       for key, value in ((f":{kind}-type", name), (":content-type", "application/json"),
                                          (":message-type", kind)))
    payload = json.dumps(payload).encode()
    head = struct.pack(">II", 16 + len(headers) + len(payload), len(headers))
    frame = head + struct.pack(">I", zlib.crc32(head)) + headers + payload
    return frame + struct.pack(">I", zlib.crc32(frame))


class Bedrock:
    """Answers who signs with this pair of keys for this region, and an API key; others hear why not."""

    def __init__(self, access_key="AKIDEXAMPLE", secret="wJalrXUtnFEMI/K7MDENG", token="", region="eu-central-1",
                 api_key=""):
        self.access_key, self.secret, self.token, self.region = access_key, secret, token, region
        self.api_key = api_key

    def fault(self, request):
        """Why the request is not let in; None: it is."""
        header = request.head.get("authorization") or ""
        if self.api_key and header == f"Bearer {self.api_key}":
            return None
        shown = AUTHORIZATION.fullmatch(header)
        if not shown:
            return "MissingAuthenticationTokenException"
        if shown[1] != self.access_key or (request.head.get("x-amz-security-token") or "") != self.token:
            return "UnrecognizedClientException"
        assert {"host", "x-amz-date"} <= set(shown[5].split(";")), "what has to be signed"
        assert not self.token or "x-amz-security-token" in shown[5].split(";")
        date = datetime.strptime(request.head.get("x-amz-date"), "%Y%m%dT%H%M%SZ").replace(tzinfo=timezone.utc)
        if abs((datetime.now(timezone.utc) - date).total_seconds()) > 300 or date.strftime("%Y%m%d") != shown[2]:
            return "InvalidSignatureException"
        if (shown[3], shown[4]) != (self.region, "bedrock"):
            return "InvalidSignatureException"
        method, target, _ = request.head.start.split(" ")
        if signature(method, target, request.head.headers, request.body, self.secret) != shown[6]:
            return "InvalidSignatureException"
        return None

    def provider(self, peer, request):
        fault = self.fault(request)
        if fault:
            return steps.reply({"message": "as the script says"}, "403 Forbidden", f"x-amzn-errortype: {fault}")(
                peer, request)
        tools = request.json().get("toolConfig", {}).get("tools", [])
        if request.target.endswith("/converse-stream"):
            return peer.send(self.streamed(tools))
        content = [{"toolUse": {"toolUseId": "t1", "name": TOOL, "input": ARGUMENTS}}] if tools else [{"text": TEXT}]
        return steps.reply({"output": {"message": {"role": "assistant", "content": content}},
                            "stopReason": "tool_use" if tools else "end_turn", "usage": self.USAGE,
                            "metrics": {"latencyMs": 1}})(peer, request)

    USAGE = {"inputTokens": FRESH, "outputTokens": OUTPUT, "cacheReadInputTokens": CACHED, "cacheWriteInputTokens": 0,
             "totalTokens": FRESH + CACHED + OUTPUT}

    def streamed(self, tools):
        frames = [aws_frame("messageStart", {"role": "assistant"})]
        if tools:
            frames.append(aws_frame("contentBlockStart", {
                "contentBlockIndex": 0, "start": {"toolUse": {"toolUseId": "t1", "name": TOOL}}}))
            deltas = [{"toolUse": {"input": piece}} for piece in speakers.halves(json.dumps(ARGUMENTS))]
        else:
            deltas = [{"text": piece} for piece in speakers.halves(TEXT)]
        frames += [aws_frame("contentBlockDelta", {"contentBlockIndex": 0, "delta": delta}) for delta in deltas]
        frames += [aws_frame("contentBlockStop", {"contentBlockIndex": 0}),
                   aws_frame("messageStop", {"stopReason": "tool_use" if tools else "end_turn"}),
                   aws_frame("metadata", {"usage": self.USAGE, "metrics": {"latencyMs": 1}})]
        head = steps.head("200 OK", "content-type: application/vnd.amazon.eventstream", "transfer-encoding: chunked")
        return head + b"".join(map(steps.chunk, frames)) + steps.LAST_CHUNK


# --- Google: service accounts

class ServiceAccount:
    """A key file, and the one who knows its public half."""

    def __init__(self, folder, name, token_uri):
        self.folder, self.email = folder, f"{name}@p-1.iam.gserviceaccount.com"
        self.file, self.public = folder / f"{name}.json", folder / f"{name}.pub"
        self.token_uri = token_uri
        private = folder / f"{name}.pem"
        for arguments in (["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", private],
                          ["pkey", "-in", private, "-pubout", "-out", self.public]):
            subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)
        self.file.write_text(json.dumps({
            "type": "service_account", "project_id": "p-1", "private_key_id": "k1",
            "private_key": private.read_text(), "client_email": self.email, "token_uri": token_uri}))

    def check(self, form):
        """Raises unless `form` is a sound statement of this account, made just now."""
        assert form["grant_type"] == ["urn:ietf:params:oauth:grant-type:jwt-bearer"]
        statement, _, signed = form["assertion"][0].rpartition(".")
        header, claims = (json.loads(self._decoded(part)) for part in statement.split("."))
        assert header == {"alg": "RS256", "typ": "JWT", "kid": "k1"}
        assert (claims["iss"], claims["aud"]) == (self.email, self.token_uri)
        assert claims["scope"] == "https://www.googleapis.com/auth/cloud-platform"
        assert abs(time.time() - claims["iat"]) < 300 and 0 < claims["exp"] - claims["iat"] <= 3600
        signature_file = self.folder / "signature"
        signature_file.write_bytes(self._decoded(signed))
        subprocess.run(["openssl", "dgst", "-sha256", "-verify", self.public, "-signature", signature_file],
                       input=statement.encode(), check=True, capture_output=True)

    @staticmethod
    def _decoded(text):
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class TokenServer:
    """A step: hands out `token-1`, `token-2` and so on to those who can sign, each good for `lifetime` seconds."""

    def __init__(self, lifetime=3600):
        self.account, self.lifetime, self.given = None, lifetime, 0

    def provider(self, peer, request):
        assert request.target == "/token"
        assert request.head.get("content-type") == "application/x-www-form-urlencoded"
        try:
            self.account.check(parse_qs(request.body.decode(), strict_parsing=True))
        except (AssertionError, subprocess.CalledProcessError) as wrong:
            return steps.reply({"error": "invalid_grant", "error_description": f"Invalid JWT: {wrong}"},
                               "400 Bad Request")(peer, request)
        self.given += 1
        return steps.reply({"access_token": f"token-{self.given}", "expires_in": self.lifetime,
                            "token_type": "Bearer"})(peer, request)


class Vertex:
    """A step: a publisher's models for whoever shows one of `tokens`, or any token when it is None."""

    def __init__(self, speaker, publisher, tokens=None):
        self.speaker, self.tokens = speaker, tokens
        self.prefix = f"/v1/projects/p-1/locations/europe-west1/publishers/{publisher}/models/"

    def provider(self, peer, request):
        shown = (request.head.get("authorization") or "").removeprefix("Bearer ")
        if not shown.startswith("token-") or (self.tokens is not None and shown not in self.tokens):
            return steps.reply({"error": {"code": 401, "message": "no", "status": "UNAUTHENTICATED"}},
                               "401 Unauthorized")(peer, request)
        assert request.target.startswith(self.prefix), request.target
        return self.speaker.provider(peer, request)
