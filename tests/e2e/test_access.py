"""Keys: required, refused, accepted, revoked, and never to be found anywhere in the clear."""

import time

import pytest
from support import configs, payloads
from support.client import request
from support.headgate import sanitized
from support.polling import eventually

from rows import BODY, LENGTH, post

CHAT = "/v1/chat/completions"
SLACK = 4 if sanitized() else 1


@pytest.fixture
def locked(start, tmp_path, upstream):
    return start(configs.one(tmp_path, upstream, access={"auth": "required"}))


def bearer(key):
    return {"authorization": f"Bearer {key}"}


def status_with(gateway, headers):
    return gateway.chat(payloads.chat(), headers=headers).status


def working_key(gateway):
    made = gateway.new_key()
    assert made["key"].startswith("hg_")
    assert eventually(lambda: status_with(gateway, bearer(made["key"])) == 200, within=1.0 * SLACK)
    return made


@pytest.mark.parametrize("headers", [{}, bearer("hg_nonsense"), bearer(""), {"authorization": "Basic eDp5"},
                                     {"x-api-key": "hg_nonsense"}, bearer("' OR 1=1 --"), bearer("x" * 8000)],
                         ids=["none", "unknown", "empty", "basic", "x-api-key", "sql", "long"])
def test_requests_without_a_valid_key_are_401(locked, upstream, headers):
    for reply in (locked.chat(payloads.chat(), headers=headers), locked.get("/v1/models", headers=headers)):
        assert reply.status == 401 and reply.error()["type"] == "authentication_error"
        assert reply.error()["code"] == "invalid_api_key"
        credentials = [value.split(" ", 1)[-1] for value in headers.values()]
        assert not any(len(value) > 4 and value in reply.body.decode() for value in credentials)
    assert upstream.received == 0


def test_a_key_is_accepted_either_way_and_health_needs_none(locked):
    key = working_key(locked)["key"]
    assert status_with(locked, {"x-api-key": key}) == 200
    assert status_with(locked, {"authorization": f"bearer {key}"}) == 200
    assert locked.get("/health/live").status == 200
    assert locked.get("/v1/models", headers=bearer(key)).status == 200


def test_a_slightly_wrong_key_is_refused(locked):
    key = working_key(locked)["key"]

    def changed(at):
        return key[:at] + ("b" if key[at] == "a" else "a") + key[at + 1:]

    for wrong in (key[:-1], key + "x", changed(len(key) - 1), changed(3), changed(len(key) // 2), key.upper()):
        assert status_with(locked, bearer(wrong)) == 401


def test_a_revoked_key_ends_within_a_second_even_on_a_kept_connection(locked):
    made = working_key(locked)
    with locked.client() as client:
        def ask():
            client.send(request("POST", CHAT, bearer(made["key"]), payloads.chat()))
            return client.reply()

        assert ask().status == 200
        locked.run("key", "revoke", made["id"])
        revoked = time.monotonic()
        last = eventually(lambda: (reply := ask()).status == 401 and reply, within=3 * SLACK)
        assert last and time.monotonic() - revoked <= 1.0 * SLACK
        assert last.error()["code"] in ("revoked_api_key", "invalid_api_key")


def test_keys_are_stored_only_hashed(locked):
    secret = working_key(locked)["key"]
    stored = [path for path in locked.folder.parent.rglob("*") if path.is_file()]
    assert not [path for path in stored if secret.encode() in path.read_bytes()]
    assert secret not in "\n".join(locked.logs)


def test_credentials_in_a_trailer_log_nobody_in(locked, upstream):
    key = working_key(locked)["key"]
    upstream.forget()
    data = b"%x\r\n%s\r\n0\r\nAuthorization: Bearer %s\r\n\r\n" % (len(BODY), BODY, key.encode())
    seen = locked.exchange(post("Transfer-Encoding: chunked", "Trailer: Authorization", body=data), timeout=2)
    assert seen.replies and seen.replies[0].status in (400, 401), seen
    assert upstream.received == 0


def test_two_authorizations_are_refused_although_one_is_valid(locked, upstream):
    key = working_key(locked)["key"]
    upstream.forget()
    lines = ["Authorization: Bearer hg_wrong", f"Authorization: Bearer {key}"]
    for order in (lines, lines[::-1]):
        seen = locked.exchange(post(LENGTH, *order))
        assert [reply.status for reply in seen.replies] == [400] and seen.closed, seen
    assert upstream.received == 0
