"""What a reload must not depend on: a revocation on the rest of the files, its success on the first try."""

import resource
import subprocess
import time
from contextlib import contextmanager

import pytest
from support import configs, payloads
from support.client import request
from support.headgate import BINARY, sanitized
from support.polling import eventually
from support.upstream import Upstream, server_tls

CHAT = "/v1/chat/completions"
SLACK = 4 if sanitized() else 1


def bearer(made):
    return {"authorization": f"Bearer {made['key']}"}


def status_with(gateway, made):
    return gateway.chat(payloads.chat(), headers=bearer(made)).status


def working_key(gateway):
    made = gateway.new_key()
    assert eventually(lambda: status_with(gateway, made) == 200, within=1.0 * SLACK)
    return made


def reload_worked(gateway):
    return gateway.metrics().total("headgate_config_last_reload_successful")


def dies_within_a_second(gateway, made):
    begun = time.monotonic()
    return eventually(lambda: status_with(gateway, made) == 401, within=3) and time.monotonic() - begun <= 1.0 * SLACK


def said(gateway, words):
    return sum(words in line for line in gateway.logs)


def test_a_revocation_does_not_wait_for_a_broken_file(start, tmp_path, upstream):
    gateway = start(configs.one(tmp_path, upstream, access={"auth": "required"}))
    made, other = working_key(gateway), working_key(gateway)
    good = gateway.config_file.read_text()
    gateway.write(good + "\nnonsense: [\n")
    assert eventually(lambda: reload_worked(gateway) == 0, within=5 * SLACK)
    aside = gateway.folder / "good.yaml"
    aside.write_text(good)
    subprocess.run([BINARY, "key", "revoke", made["id"], "--config", aside], check=True, capture_output=True)
    assert dies_within_a_second(gateway, made)
    assert status_with(gateway, other) == 200
    assert reload_worked(gateway) == 0, "the file is still broken"
    gateway.write(good)
    assert eventually(lambda: reload_worked(gateway) == 1, within=5 * SLACK)
    assert status_with(gateway, made) == 401 and status_with(gateway, other) == 200


def test_a_revocation_does_not_wait_for_keys_of_providers(start, tmp_path, upstream):
    provider_key = tmp_path / "provider.key"
    provider_key.write_text("sk-1")
    provider_key.chmod(0o600)
    config = configs.one(tmp_path, upstream, access={"auth": "required"})
    config["providers"]["lab"]["key"] = f"file:{provider_key}"
    gateway = start(config)
    made = working_key(gateway)
    provider_key.unlink()
    assert eventually(lambda: reload_worked(gateway) == 0, within=5 * SLACK)
    gateway.run("key", "revoke", made["id"])
    assert dies_within_a_second(gateway, made)


@contextmanager
def no_descriptors(gateway):
    """Nothing more can be opened; what is open stays."""
    # UBSan opens a pipe to look at an object's type, and takes the failure for a wrong type.
    if sanitized():
        pytest.skip("a sanitizer needs descriptors of its own")
    pid = gateway.process.pid
    before = resource.prlimit(pid, resource.RLIMIT_NOFILE)
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (3, before[1]))
    try:
        yield
    finally:
        resource.prlimit(pid, resource.RLIMIT_NOFILE, before)


def test_a_revocation_that_could_not_be_read_is_read_later(start, tmp_path, upstream):
    gateway = start(configs.one(tmp_path, upstream, access={"auth": "required"}))
    made = working_key(gateway)
    with gateway.client() as client:
        def ask():
            client.send(request("POST", CHAT, bearer(made), payloads.chat()))
            return client.reply().status

        assert ask() == 200
        with no_descriptors(gateway):
            gateway.run("key", "revoke", made["id"])
            assert eventually(lambda: said(gateway, "refused"), within=3 * SLACK)
            assert ask() == 200, "what cannot be read cannot be known"
        assert eventually(lambda: ask() == 401, within=2 * SLACK)
    assert said(gateway, "keys refused") == 1


def test_a_file_that_could_not_be_read_is_read_later(start, tmp_path, upstream):
    config = configs.one(tmp_path, upstream)
    gateway = start(config)
    with gateway.client() as client:
        def knows():
            client.send(request("GET", "/v1/models/later"))
            return client.reply().status == 200

        assert not knows()
        with no_descriptors(gateway):
            gateway.write({**config, "models": {**config["models"], "later": {"provider": "lab"}}})
            assert eventually(lambda: said(gateway, "configuration refused"), within=3 * SLACK)
        assert eventually(knows, within=3 * SLACK)
    assert said(gateway, "configuration refused") == 1
    assert reload_worked(gateway) == 1


def test_a_refusal_is_logged_once_however_often_it_is_tried(start, tmp_path, upstream):
    gateway = start(configs.one(tmp_path, upstream))
    gateway.write("nonsense: 1\n")
    assert eventually(lambda: said(gateway, "configuration refused"), within=3 * SLACK)
    assert not eventually(lambda: said(gateway, "configuration refused") > 1, within=1.5)


def test_trust_follows_a_changed_ca_file(start, tmp_path, certificates):
    trusted = tmp_path / "trusted.pem"
    trusted.write_bytes(certificates.ca.read_bytes())
    with Upstream(tls=server_tls(*certificates.pair("good"))) as upstream:
        config = configs.one(tmp_path, upstream)
        config["providers"]["lab"].update(ca_file=str(trusted), timeouts={"connect": "5s"})
        gateway = start(config)
        assert gateway.chat(payloads.chat()).status == 200
        for name, status in (("self-signed", 502), ("ca", 200)):
            trusted.write_bytes(certificates.pair(name)[0].read_bytes())
            assert eventually(lambda: gateway.chat(payloads.chat()).status == status, within=5 * SLACK), name


def test_models_of_the_day_are_counted_by_name_after_many_reloads(start, tmp_path, upstream):
    config = configs.one(tmp_path, upstream)
    gateway = start(config)
    for day in range(4):
        models = {f"day{day}-{i}": {"provider": "lab", "upstream": "up"} for i in range(400)}
        gateway.write({**config, "models": models, "pools": {"default": [f"day{day}-0"]}})
        last = f"day{day}-399"
        assert eventually(lambda: gateway.get(f"/v1/models/{last}").status == 200, within=5 * SLACK)
        assert gateway.chat(payloads.chat(last)).status == 200
    metrics = gateway.metrics()
    for name in ("headgate_upstream_duration_seconds_count", "headgate_upstream_attempts_total"):
        assert metrics.total(name, model=last) == 1 and metrics.total(name, model="other") in (None, 0)


@pytest.mark.parametrize("good", [True, False])
def test_the_reload_endpoint_says_by_its_status_what_came_of_it(start, tmp_path, upstream, good):
    gateway = start(configs.one(tmp_path, upstream))
    if not good:
        gateway.write("nonsense: 1\n")
    reply = gateway.post("/admin/v1/reload", b"", address=gateway.admin)
    assert (reply.status, reply.json()["reloaded"]) == ((200, True) if good else (422, False))
