"""Providers that want no key but a signature, or an access token that expires."""

import hashlib
import json
import subprocess
from pathlib import Path

import pytest
from support import clouds, configs, speakers, steps
from support.clouds import Bedrock, ServiceAccount, TokenServer, Vertex
from support.headgate import BINARY
from support.http1 import sse_data
from support.polling import eventually
from support.speakers import CLIENTS, GenerateContent, Messages
from support.upstream import Upstream, server_tls

MODEL = "eu.anthropic.claude-x-v1:0"
streamed = pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])


def ask(gateway, client="chat_completions", stream=False, **asked):
    speaker = CLIENTS[client]
    reply = gateway.post(speaker.target("a", stream), speaker.ask("a", stream, **asked))
    assert reply.status == 200, reply
    return speaker.read_stream(sse_data(reply.body)) if stream else speaker.read(reply.body)


# --- signatures

@pytest.fixture
def aws(start, tmp_path):
    """`aws(cloud)` is a gateway in front of it and its upstream; it signs unless there is an API key."""
    upstreams = []

    def make(cloud, secret=None, region=None, api_key=None):
        upstream = Upstream(cloud.provider)
        upstreams.append(upstream)
        lab = {"type": "bedrock", "region": region or cloud.region, "base_url": upstream.url.removesuffix("/v1"),
               "timeouts": configs.QUICK}
        texts = {"key": api_key} if api_key else {
            "access_key": cloud.access_key, "secret_key": secret or cloud.secret, "session_token": cloud.token}
        for name, text in texts.items():
            (tmp_path / name).write_text(text + "\n")
            if text:
                lab[name] = f"file:{tmp_path / name}"
        return start(configs.gateway(tmp_path, {"lab": lab}, {"a": {"provider": "lab", "upstream": MODEL}})), upstream

    yield make
    for upstream in upstreams:
        upstream.close()


def test_the_judge_of_signatures_agrees_with_the_vendors_own_library():
    cases = Path(__file__).parents[1] / "fixtures/sigv4/cases.json"
    fixture = json.loads(cases.read_text())
    for case in fixture["cases"]:
        body = case["body"].encode()
        headers = [("Host", case["host"]), ("X-Amz-Date", "20150830T123600Z"),
                   ("X-Amz-Content-Sha256", hashlib.sha256(body).hexdigest()), *case["headers"].items(),
                   ("X-Amz-Security-Token", case["session_token"]), ("Authorization", case["authorization"])]
        target = case["path"] + ("?" + case["query"] if case["query"] else "")
        computed = clouds.signature(case["method"], target, headers, body, fixture["secret_key"])
        assert case["authorization"].endswith(computed), case["name"]


@streamed
@pytest.mark.parametrize("client", CLIENTS)
def test_signed_requests_are_let_in(aws, client, stream):
    gateway, upstream = aws(Bedrock())
    said = ask(gateway, client, stream)
    assert said.text == speakers.TEXT and said.finish == "stop"
    assert said.tokens == (speakers.FRESH + speakers.CACHED, speakers.CACHED, speakers.OUTPUT)
    assert ask(gateway, client, stream, tools=True).calls == [(speakers.TOOL, speakers.ARGUMENTS)]
    path = "/model/eu.anthropic.claude-x-v1%3A0/" + ("converse-stream" if stream else "converse")
    assert {request.target for request in upstream.requests} == {path}


@streamed
def test_so_are_those_signed_with_keys_that_expire(aws, stream):
    gateway, upstream = aws(Bedrock(token="FwoGZXIvYXdz+EXAMPLE=="))
    assert ask(gateway, stream=stream).text == speakers.TEXT
    assert upstream.requests[-1].head.get("x-amz-security-token") == "FwoGZXIvYXdz+EXAMPLE=="


def test_an_api_key_is_still_one(aws):
    gateway, upstream = aws(Bedrock(api_key="bedrock-api-key"), api_key="bedrock-api-key")
    assert ask(gateway).text == speakers.TEXT
    assert upstream.requests[-1].head.get("x-amz-date") is None


@streamed
@pytest.mark.parametrize("wrong", [{"secret": "not-the-secret"}, {"region": "us-east-1"}], ids=["secret", "region"])
def test_a_signature_that_does_not_hold_is_an_error_of_the_account(aws, wrong, stream):
    gateway, upstream = aws(Bedrock(), **wrong)
    reply = gateway.chat(speakers.ChatCompletions.ask(stream=stream))
    error = reply.error()
    assert reply.status == 502 and error["code"] == "upstream_error"
    assert "account" in error["message"] and "AKIDEXAMPLE" not in json.dumps(error)
    assert len(upstream.requests) == 1, "the same again would not help"
    told = eventually(lambda: [line for line in map(json.loads, gateway.logs) if line["msg"] == "request"])
    assert told[0]["failed_attempts"][0]["status"] == 403
    assert not any("not-the-secret" in line for line in gateway.logs)


# --- access tokens

class Google:
    """A token server under TLS and a publisher's models, as one gateway knows them."""

    def __init__(self, start, folder, certificates, speaker, kind, publisher, **fields):
        self.tokens, self.models = TokenServer(), Vertex(speaker, publisher)
        self.start, self.folder, self.ca, self.kind, self.fields = start, folder, str(certificates.ca), kind, fields
        self.hands_out = Upstream(self.tokens.provider, tls=server_tls(*certificates.pair("good")))
        self.answers = Upstream(self.models.provider)
        self.account = self.new_account("gateway")

    def new_account(self, name):
        account = ServiceAccount(self.folder, name, self.hands_out.url.removesuffix("/v1") + "/token")
        self.tokens.account = account
        return account

    def config(self, **sections):
        lab = {"type": self.kind, "location": "europe-west1", "credentials": f"file:{self.account.file}",
               "base_url": self.answers.url, "ca_file": self.ca, "timeouts": configs.QUICK, **self.fields}
        return configs.gateway(self.folder, {"lab": lab}, {"a": {"provider": "lab", "upstream": "up"}}, **sections)

    def gateway(self, **sections):
        gateway = self.start(self.config(**sections))
        assert eventually(lambda: fetched(gateway)), gateway.logs
        return gateway

    def shown(self):
        """The token that the last request carried."""
        return self.answers.requests[-1].head.get("authorization").removeprefix("Bearer ")

    def close(self):
        self.hands_out.close()
        self.answers.close()


def fetched(gateway, outcome="ok"):
    return gateway.metrics().total("headgate_access_tokens_total", provider="lab", outcome=outcome)


@pytest.fixture
def google(start, tmp_path, certificates):
    made = []

    def make(speaker=GenerateContent, kind="vertex", publisher="google", **fields):
        made.append(Google(start, tmp_path, certificates, speaker, kind, publisher, **fields))
        return made[-1]

    yield make
    for one in made:
        one.close()


PUBLISHERS = {"google": (GenerateContent, "vertex", "google"), "anthropic": (Messages, "vertex_anthropic", "anthropic")}


@streamed
@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("publisher", PUBLISHERS)
def test_requests_carry_an_access_token(google, publisher, client, stream):
    cloud = google(*PUBLISHERS[publisher])
    gateway = cloud.gateway()
    said = ask(gateway, client, stream)
    assert said.text == speakers.TEXT and said.finish == "stop"
    assert ask(gateway, client, stream, tools=True).calls == [(speakers.TOOL, speakers.ARGUMENTS)]
    request = cloud.answers.requests[-1]
    method = {"google": "streamGenerateContent?alt=sse" if stream else "generateContent",
              "anthropic": "streamRawPredict" if stream else "rawPredict"}[publisher]
    assert request.target == f"{cloud.models.prefix}up:{method}"
    assert cloud.tokens.given == 1, "one token does for all requests"
    body = request.json()
    assert "model" not in body
    assert body.get("anthropic_version") == ("vertex-2023-10-16" if publisher == "anthropic" else None)
    assert not any("token-1" in line for line in gateway.logs)


def test_a_clients_own_words_go_through_but_for_the_model(google):
    cloud = google(*PUBLISHERS["anthropic"])
    gateway = cloud.gateway()
    text = json.dumps(Messages.ask(unknown={"kept": None}), indent=1).replace('"model": "a"', '"model" :  "a"')
    reply = gateway.post("/v1/messages", text.encode(),
                         headers={"anthropic-beta": "one", "anthropic-version": "2023-06-01"})
    assert reply.status == 200, reply
    request = cloud.answers.requests[-1]
    assert request.body.decode() == text.replace('"model" :  "a"', '"anthropic_version":"vertex-2023-10-16"')
    assert request.head.get("anthropic-beta") == "one"
    assert request.head.get("anthropic-version") is None


def test_a_token_is_renewed_before_it_expires(google):
    cloud = google()
    cloud.tokens.lifetime = 2
    gateway = cloud.gateway()
    seen = set()

    def renewed():
        ask(gateway)
        seen.add(cloud.shown())
        return len(seen) >= 3

    assert eventually(renewed, within=20), seen
    assert gateway.metrics().total("headgate_upstream_attempts_total", outcome="upstream_error") is None


def test_without_a_token_another_model_answers_and_nobody_else_is_blamed(google, second):
    cloud = google()
    cloud.hands_out.default = steps.failure("out of order", "503 Service Unavailable")
    config = cloud.config()
    config["providers"]["other"] = configs.provider(second.url)
    config["models"]["b"] = {"provider": "other"}
    config["pools"]["default"] = ["a", "b"]
    gateway = cloud.start(config)
    assert eventually(lambda: fetched(gateway, "error"))
    reply = gateway.chat(speakers.ChatCompletions.ask("auto"))
    assert reply.status == 200 and reply.get("x-headgate-model") == "b"
    assert {"model": "a", "reason": "access_token"}.items() <= gateway.decision(reply)["excluded"][0].items()
    alone = gateway.chat(speakers.ChatCompletions.ask("a"))
    assert alone.status == 503 and alone.error()["code"] == "no_healthy_upstream" and alone.get("retry-after")
    assert cloud.answers.received == 0
    assert gateway.metrics().total("headgate_breaker_state", provider="lab", state="open") in (None, 0)

    cloud.hands_out.default = cloud.tokens.provider
    assert eventually(lambda: gateway.chat(speakers.ChatCompletions.ask("a")).status == 200, within=20)


def test_why_there_is_no_token_is_in_the_log_and_nowhere_else(google):
    cloud = google()
    cloud.account = cloud.new_account("stranger")
    cloud.tokens.account = ServiceAccount(cloud.folder, "gateway", cloud.account.token_uri)
    gateway = cloud.start(cloud.config())
    assert eventually(lambda: fetched(gateway, "error"))
    line = next(line for line in map(json.loads, gateway.logs) if line["msg"] == "no access token")
    assert line["provider"] == "lab" and "invalid_grant" in line["detail"] and "status 400" in line["detail"]
    assert "PRIVATE KEY" not in "".join(gateway.logs) and "eyJ" not in "".join(gateway.logs)
    reply = gateway.chat(speakers.ChatCompletions.ask("a"))
    assert reply.status == 503 and "invalid_grant" not in reply.body.decode()


def test_an_untrusted_token_server_gets_nothing(google):
    cloud = google()
    config = cloud.config()
    del config["providers"]["lab"]["ca_file"]
    gateway = cloud.start(config)
    assert eventually(lambda: fetched(gateway, "error"))
    assert not cloud.hands_out.requests and any("certificate" in line for line in gateway.logs)


def test_the_end_does_not_wait_for_a_token(google):
    cloud = google()
    cloud.hands_out.default = steps.stall()
    gateway = cloud.start(cloud.config())
    assert cloud.hands_out.wait_for_requests(1)
    gateway.terminate()
    gateway.wait(within=5)


def test_a_reload_keeps_the_tokens_of_accounts_that_stay(google):
    cloud = google()
    gateway = cloud.gateway()
    config = cloud.config()
    config["models"]["meanwhile"] = {"provider": "lab", "upstream": "up"}
    gateway.reload(config)
    assert eventually(lambda: gateway.chat(speakers.ChatCompletions.ask("meanwhile")).status == 200)
    assert cloud.tokens.given == 1 and cloud.shown() == "token-1"


def test_a_changed_key_file_is_followed(google):
    cloud = google()
    gateway = cloud.gateway()
    file = cloud.account.file
    other = cloud.new_account("renewed")
    file.write_text(other.file.read_text())
    assert eventually(lambda: (fetched(gateway) or 0) >= 2, within=20)

    def uses_the_new_one():
        ask(gateway)
        return cloud.shown() == "token-2"

    assert eventually(uses_the_new_one)


def test_a_token_that_is_refused_is_an_error_of_the_account(google):
    cloud = google()
    cloud.models.tokens = ()
    gateway = cloud.gateway()
    reply = gateway.chat(speakers.ChatCompletions.ask())
    assert reply.status == 502 and reply.error()["code"] == "upstream_error" and "token-1" not in reply.body.decode()


def test_check_says_what_an_account_lacks(google, tmp_path):
    cloud = google()
    config = cloud.config()
    for change, code in (({"credentials": "file:/nowhere"}, "HG-1303"), ({"location": None}, "HG-1102"),
                         ({"credentials": f"file:{cloud.ca}"}, "HG-1308"), ({"key": "env:PATH"}, "HG-1307")):
        lab = {**config["providers"]["lab"], **change}
        wrong = {**config, "providers": {"lab": {key: value for key, value in lab.items() if value is not None}}}
        file = tmp_path / "wrong.yaml"
        file.write_text(json.dumps(wrong))
        done = subprocess.run([str(BINARY), "check", "--config", str(file)], capture_output=True, timeout=20,
                              env={"PATH": "/bin"})
        assert done.returncode == 2 and code in done.stdout.decode(), done.stdout
        assert "PRIVATE" not in done.stdout.decode()
