"""Where no key is asked for, a browser that runs a page from elsewhere gets nothing."""

import pytest
from support import configs, payloads
from support.client import Client, request

CHAT = "/v1/chat/completions"
FOREIGN_PAGES = [{"Content-Type": "text/plain", "Origin": "https://evil.example"}, {"Origin": "null"},
                 {"Sec-Fetch-Site": "cross-site", "Content-Type": "text/plain;charset=UTF-8"}]


def ask(address, method, target, headers=(), body=b"", host="localhost"):
    with Client(address) as client:
        client.send(request(method, target, headers, body, host))
        return client.reply(method)


def assert_refused(reply):
    assert reply.status == 403 and reply.error()["code"] == "origin_not_allowed"
    assert reply.error()["type"] == "permission_error" and "auth: required" in reply.error()["message"]


@pytest.mark.parametrize("headers", FOREIGN_PAGES, ids=["origin", "null", "cross-site"])
def test_a_foreign_page_cannot_spend(start, tmp_path, upstream, headers):
    gateway = start(configs.one(tmp_path, upstream))
    assert_refused(ask(gateway.api, "POST", CHAT, headers, payloads.chat()))
    assert upstream.received == 0
    assert gateway.chat(payloads.chat()).status == 200


def test_a_name_that_was_pointed_here_opens_neither_listener(start, tmp_path, upstream):
    gateway = start(configs.one(tmp_path, upstream))
    for host in ("rebind.evil.example", "localhost.evil.example:80"):
        assert_refused(ask(gateway.api, "POST", CHAT, body=payloads.chat(), host=host))
        for method, target in (("GET", "/admin/v1/config"), ("GET", "/metrics"), ("POST", "/admin/v1/reload")):
            assert_refused(ask(gateway.admin, method, target, host=host))
    assert upstream.received == 0


@pytest.mark.parametrize("headers", FOREIGN_PAGES, ids=["origin", "null", "cross-site"])
def test_a_foreign_page_cannot_use_the_admin_listener(start, tmp_path, upstream, headers):
    gateway = start(configs.one(tmp_path, upstream))
    assert_refused(ask(gateway.admin, "POST", "/admin/v1/reload", headers))


def test_a_page_of_the_listener_itself_may_ask(start, tmp_path, upstream):
    gateway = start(configs.one(tmp_path, upstream))
    host = "localhost:%d" % gateway.api[1]
    own = {"Origin": "http://" + host, "Sec-Fetch-Site": "same-origin"}
    assert ask(gateway.api, "POST", CHAT, own, payloads.chat(), host=host).status == 200


def test_with_a_key_it_does_not_matter_where_the_page_is_from(start, tmp_path, upstream):
    gateway = start(configs.one(tmp_path, upstream, access={"auth": "required"}))
    for headers in FOREIGN_PAGES:
        assert ask(gateway.api, "POST", CHAT, headers, payloads.chat(), host="api.example").status == 401
