"""Reloads, certificates and the end: what changes while the daemon runs."""

import json
import ssl
import threading

import pytest
from support import configs, payloads, steps
from support.client import Client, request
from support.headgate import sanitized
from support.http1 import Cut
from support.polling import eventually

from rows import get

CHAT = "/v1/chat/completions"
SLACK = 4 if sanitized() else 1


# -- reload --

def with_model(config, name):
    return {**config, "models": {**config["models"], name: {"provider": "lab", "upstream": "up-new"}}}


def knows(gateway, name):
    return eventually(lambda: gateway.get(f"/v1/models/{name}").status == 200, within=5 * SLACK)


def test_a_reload_brings_new_models(start, tmp_path, upstream):
    config = configs.one(tmp_path, upstream)
    gateway = start(config)
    assert gateway.get("/v1/models/fresh").status == 404
    gateway.reload(with_model(config, "fresh"))
    assert knows(gateway, "fresh")
    assert gateway.chat(payloads.chat("fresh")).status == 200 and upstream.requests[-1].json()["model"] == "up-new"
    assert gateway.metrics().total("headgate_config_last_reload_successful") == 1


def test_a_changed_file_is_noticed_without_a_signal(start, tmp_path, upstream):
    config = configs.one(tmp_path, upstream)
    gateway = start(config)
    gateway.write(with_model(config, "written"))
    assert knows(gateway, "written")


def test_a_file_replaced_by_rename_is_noticed(start, tmp_path, upstream):
    config = configs.one(tmp_path, upstream)
    gateway = start(config)
    for name in ("renamed-once", "renamed-twice"):
        fresh = gateway.folder / "fresh.yaml"
        fresh.write_text(json.dumps(with_model(config, name)))
        fresh.rename(gateway.config_file)
        assert knows(gateway, name)


@pytest.mark.parametrize("broken", ["server: [", "modles: {}\n", "server:\n\tlisten: x\n", "", "[]"],
                         ids=["unfinished", "unknown-key", "tab", "empty", "a-list"])
def test_a_broken_file_never_replaces_a_good_one(start, tmp_path, upstream, broken):
    config = configs.one(tmp_path, upstream)
    gateway = start(config)

    def reload_worked():
        return gateway.metrics().total("headgate_config_last_reload_successful")

    assert reload_worked() == 1
    gateway.reload(broken)
    assert eventually(lambda: reload_worked() == 0, within=5 * SLACK)
    assert gateway.chat(payloads.chat()).status == 200
    assert eventually(lambda: any("headgate.yaml" in line and '"line"' in line for line in gateway.logs))
    gateway.reload(config)
    assert eventually(lambda: reload_worked() == 1, within=5 * SLACK)


def test_reloads_under_load_fail_no_request(start, tmp_path, upstream):
    config = configs.one(tmp_path, upstream, server={"workers": 2})
    gateway = start(config)
    over, statuses = threading.Event(), []

    def load(stream):
        while not over.is_set():
            reply = gateway.chat(payloads.chat(stream=stream))
            statuses.append(reply.status if reply.complete and reply.text() == payloads.GREETING else "cut")

    threads = [threading.Thread(target=load, args=(i % 2 == 0,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for number in range(10):
        gateway.reload(with_model(config, f"m{number}"))
        assert knows(gateway, f"m{number}")
    over.set()
    for thread in threads:
        thread.join()
    assert len(statuses) > 20 and set(statuses) == {200}


def test_a_reload_leaves_a_running_stream_alone(start, tmp_path, upstream):
    config = configs.one(tmp_path, upstream, {"between_bytes": "20s", "total": "60s"})
    gateway = start(config)
    with open_stream(gateway, upstream) as (client, events, gate):
        gateway.reload(with_model(config, "meanwhile"))
        assert knows(gateway, "meanwhile")
        gate.set()
        assert list(events)[-1] == "[DONE]"


# -- the TLS listener --

def test_tls_listener_and_certificate_reload(start, tmp_path, upstream, certificates):
    served = [tmp_path / "served.pem", tmp_path / "served.key"]

    def install(name):
        for source, target in zip(certificates.pair(name), served):
            target.write_bytes(source.read_bytes())

    install("good")
    tls = {"cert": str(served[0]), "key": str(served[1])}
    gateway = start(configs.one(tmp_path, upstream, server={"tls": tls}))
    trusting = ssl.create_default_context(cafile=certificates.ca)

    def serial():
        with Client(gateway.api, tls=trusting) as client:
            client.send(get())
            assert client.reply().status == 200
            assert client.sock.version() in ("TLSv1.2", "TLSv1.3")
            return client.sock.getpeercert()["serialNumber"]

    first = serial()
    with Client(gateway.api, tls=trusting) as kept:
        certificates.issue("renewed")
        install("renewed")
        assert eventually(lambda: serial() != first, within=5 * SLACK), "the new certificate is not served"
        kept.send(request("POST", CHAT, body=payloads.chat(stream=True)))
        assert kept.reply().text() == payloads.GREETING, "an open connection was dropped"


def test_tls_listener_refuses_what_is_old_or_plain(start, tmp_path, upstream, certificates):
    cert, key = map(str, certificates.pair("good"))
    gateway = start(configs.one(tmp_path, upstream, server={"tls": {"cert": cert, "key": key}}))
    old = ssl.create_default_context(cafile=certificates.ca)
    old.minimum_version, old.maximum_version = ssl.TLSVersion.MINIMUM_SUPPORTED, ssl.TLSVersion.TLSv1_1
    old.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.raises((ssl.SSLError, ConnectionError)):
        Client(gateway.api, tls=old)
    seen = gateway.exchange(get())
    assert seen.closed and all(reply.status == 400 for reply in seen.replies)


# -- the end --

class open_stream:
    """A stream that has begun and waits: (client, events still to come, the gate that lets it finish)."""

    def __init__(self, gateway, upstream):
        self.gateway, self.upstream, self.gate = gateway, upstream, threading.Event()

    def __enter__(self):
        begun = steps.stream_bytes(payloads.ROLE, payloads.chunk({"content": "begun"}), end=False)
        rest = steps.chunk(steps.event(payloads.FINISH)) + steps.chunk(steps.event("[DONE]")) + steps.LAST_CHUNK
        self.upstream.then(steps.play(steps.raw(begun), steps.wait_for(self.gate), steps.raw(rest)))
        self.client = self.gateway.client()
        self.client.send(request("POST", CHAT, body=payloads.chat(stream=True)))
        events = self.client.events(self.client.head())
        while "begun" not in next(events):
            pass
        return self.client, events, self.gate

    def __exit__(self, *_):
        self.gate.set()
        self.client.close()


def refuses(gateway):
    try:
        gateway.client(timeout=1).close()
        return False
    except OSError:
        return True


@pytest.fixture
def patient(start, tmp_path, upstream):
    return start(configs.one(tmp_path, upstream, {"between_bytes": "20s", "total": "60s"}))


def test_sigterm_lets_a_running_stream_finish(patient, upstream):
    with open_stream(patient, upstream) as (_, events, gate):
        patient.terminate()
        assert eventually(lambda: refuses(patient), within=3 * SLACK), "still listening"
        assert patient.process.poll() is None, "ended under a running stream"
        gate.set()
        assert list(events)[-1] == "[DONE]"
    patient.wait()


def test_sigterm_with_only_idle_connections_ends_at_once(patient):
    idle = patient.client()
    idle.send(get())
    assert idle.reply().status == 200
    patient.terminate()
    patient.wait(within=3 * SLACK)
    idle.close()


def test_a_second_sigterm_is_quick_and_still_clean(patient, upstream):
    with open_stream(patient, upstream) as (client, events, _):
        patient.terminate()
        assert eventually(lambda: refuses(patient), within=3 * SLACK)
        patient.terminate()
        patient.wait(within=5 * SLACK)
        try:
            assert "error" in json.loads(list(events)[-1])
        except Cut:
            pytest.fail("the stream ended without an error event")


def stalled_reader(gateway, upstream):
    flood = steps.chunk(steps.event(payloads.chunk({"content": "word " * 800})))
    upstream.then(steps.play(steps.raw(steps.OPENING), steps.endless(flood, limit=200 << 20)))
    client = Client(gateway.api, receive_buffer=4096)
    client.send(request("POST", CHAT, body=payloads.chat(stream=True)))
    # What fits into the buffers of the kernel has been sent when nothing moves any more.
    sizes = []

    def stands_still():
        sizes.append(upstream.peers[0].sent if upstream.peers else 0)
        return len(sizes) > 30 and sizes[-1] == sizes[-30] > 0

    assert eventually(stands_still, within=10)
    return client


def sends(data):
    def begin(gateway, _):
        client = gateway.client()
        client.send(data)
        return client
    return begin


@pytest.mark.parametrize("begin", [
    sends(b"POST /v1/chat/comple"), sends(request("POST", CHAT, body=payloads.chat())[:-9]),
    stalled_reader,
], ids=["half-a-head", "half-a-body", "stalled-reader"])
def test_a_second_sigterm_waits_for_no_client(patient, upstream, begin):
    with begin(patient, upstream), open_stream(patient, upstream):
        patient.terminate()
        assert eventually(lambda: refuses(patient), within=3 * SLACK)
        assert patient.process.poll() is None
        patient.terminate()
        patient.wait(within=4 * SLACK)


def test_an_answer_while_draining_says_that_the_connection_closes(patient, upstream):
    gate = threading.Event()
    with patient.client() as client, open_stream(patient, upstream) as (_, events, stream_gate):
        upstream.then(steps.play(steps.wait_for(gate), steps.answer))
        client.send(request("POST", CHAT, body=payloads.chat()))
        assert upstream.wait_for_requests(2)
        patient.terminate()
        assert eventually(lambda: refuses(patient), within=3 * SLACK)
        gate.set()
        reply = client.reply()
        assert reply.status == 200 and reply.get("connection") == "close"
        assert client.closed()
        stream_gate.set()
        list(events)
    patient.wait()


def test_a_request_on_a_kept_connection_while_draining(patient, upstream):
    with patient.client() as kept, open_stream(patient, upstream) as (_, events, gate):
        kept.send(get())
        assert kept.reply().status == 200
        patient.terminate()
        assert eventually(lambda: refuses(patient), within=3 * SLACK)
        kept.send(request("GET", "/health/ready"))
        try:
            assert kept.reply().status == 503
        except Cut:
            pass  # closing idle connections at once is as good
        gate.set()
        list(events)
    patient.wait()


def test_the_admin_side_says_not_ready_while_draining(patient, upstream):
    with open_stream(patient, upstream) as (_, events, gate):
        patient.terminate()
        assert eventually(lambda: refuses(patient), within=3 * SLACK)
        assert patient.get("/health/ready", address=patient.admin).status == 503
        assert patient.get("/health/live", address=patient.admin).status == 200
        gate.set()
        list(events)
    patient.wait()


def test_what_is_not_a_configuration_does_not_start(start, tmp_path, upstream):
    with pytest.raises(AssertionError, match="headgate.yaml:"):
        start("server: {listen: 127.0.0.1:0}\nnonsense: 1\n")


@pytest.mark.parametrize("listen", ["0.0.0.0:0", "[::]:0"])
def test_an_open_address_without_keys_is_refused_unless_written_out(start, tmp_path, upstream, listen):
    config = configs.one(tmp_path, upstream, server={"listen": listen})
    del config["access"]
    with pytest.raises(AssertionError):
        start(config)
