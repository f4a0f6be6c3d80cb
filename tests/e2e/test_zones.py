"""Zones: rules that look at where a client's connection comes from."""

import json
import subprocess

import pytest
from support import payloads
from support.client import Client, request
from support.farm import chosen
from support.headgate import BINARY

POOLS = {"default": ["a"], "special": ["b"]}
ZONES = {"desk": {"networks": ["127.0.0.2/32"]}, "house": {"networks": ["127.0.0.0/8", "::1/128"]}}
RULES = [{"name": "from the desk", "when": {"zone": "desk"}, "use": {"pool": "special"}}]


def sections(zones=None, rules=None, **more):
    return {"pools": POOLS, "access": {"auth": "open", "zones": zones or ZONES}, "rules": rules or RULES, **more}


def ask_from(gateway, source, client=None, **headers):
    def ask(connection):
        connection.send(request("POST", "/v1/chat/completions", headers, payloads.chat("auto", "Say hello.")))
        reply = connection.reply("POST")
        assert reply.status == 200, reply
        return reply

    if client:
        return ask(client)
    with Client(("127.0.0.1", gateway.api[1]), source=source) as fresh:
        return ask(fresh)


@pytest.fixture
def zoned(farm):
    return farm.start({"a": {}, "b": {}}, **sections())


def test_the_address_of_the_connection_chooses_the_rule(zoned):
    assert chosen(ask_from(zoned, "127.0.0.2")) == "b"
    assert chosen(ask_from(zoned, "127.0.0.1")) == "a"
    assert chosen(ask_from(zoned, "127.0.0.3")) == "a"


def test_what_a_client_says_of_itself_is_not_its_address(zoned):
    said = {"x-forwarded-for": "127.0.0.2", "forwarded": "for=127.0.0.2", "x-real-ip": "127.0.0.2"}
    assert chosen(ask_from(zoned, "127.0.0.1", **said)) == "a"


def test_the_decision_says_the_zone(zoned):
    reply = ask_from(zoned, "127.0.0.2")
    assert zoned.decision(reply)["zone"] == "desk"
    other = ask_from(zoned, "127.0.0.9")
    assert zoned.decision(other)["zone"] == "house"
    planned = ask_from(zoned, "127.0.0.2", **{"x-headgate-dry-run": "1"}).json()
    assert (planned["zone"], planned["rule"]) == ("desk", "from the desk")


def test_explain_says_the_zone(zoned, tmp_path):
    reply = ask_from(zoned, "127.0.0.2")
    zoned.decision(reply)
    config = json.loads(zoned.config_file.read_text())
    reached = tmp_path / "reached.yaml"
    reached.write_text(json.dumps({**config, "server": {"admin_listen": "%s:%d" % zoned.admin}}))
    told = subprocess.run([str(BINARY), "explain", "--config", str(reached), reply.get("x-request-id")],
                          capture_output=True, text=True, timeout=20)
    assert "of the tenant `default` from the zone `desk` asked for" in " ".join(told.stdout.split()), told


def test_nobody_looks_when_no_rule_asks(farm):
    gateway = farm.start({"a": {}, "b": {}}, **sections(rules=[{"when": {"stream": True}, "use": {"pool": "special"}}]))
    assert "zone" not in gateway.decision(ask_from(gateway, "127.0.0.2"))


def test_a_reload_moves_a_connection_that_is_open(farm, zoned):
    with Client(zoned.api, source="127.0.0.3") as client:
        assert chosen(ask_from(zoned, None, client)) == "a"
        moved = {"desk": {"networks": ["127.0.0.3/32"]}, "house": {"networks": ["127.0.0.0/8"]}}
        farm.reload(zoned, {"a": {}, "b": {}}, **sections(moved))
        assert chosen(ask_from(zoned, None, client)) == "b"


def test_an_ipv4_client_of_an_ipv6_listener_is_one_of_ipv4(farm):
    server = {"listen": "[::]:0", "admin_listen": "127.0.0.1:0", "workers": 1}
    try:
        gateway = farm.start({"a": {}, "b": {}}, **sections(server=server))
    except AssertionError as refused:
        if "cannot listen" in str(refused):
            pytest.skip("no IPv6 here")
        raise
    assert chosen(ask_from(gateway, "127.0.0.2")) == "b"
    assert gateway.decision(ask_from(gateway, "127.0.0.7"))["zone"] == "house"


@pytest.mark.parametrize("zones,rules,code,exit_code", [
    ({"desk": {"networks": ["10.1.2.3/8"]}}, RULES, "HG-1107", 2),
    ({"dsk": {"networks": ["10.0.0.0/8"]}}, RULES, "HG-1212", 2),
    ({"desk": {"networks": ["10.0.0.0/8"]}, "copy": {"networks": ["10.0.0.0/8"]}}, RULES, "HG-1507", 0),
])
def test_check_finds_zones_that_cannot_be_meant(farm, tmp_path, zones, rules, code, exit_code):
    file = tmp_path / "zones.yaml"
    file.write_text(json.dumps(farm.config({"a": {}, "b": {}}, **sections(zones, rules))))
    done = subprocess.run([str(BINARY), "check", "--config", str(file), "--format", "json"],
                          capture_output=True, text=True, timeout=20)
    assert code in {found["code"] for found in json.loads(done.stdout)}, done
    assert done.returncode == exit_code, done
