"""The binary as people meet it: verbs, mistakes, and the terminal."""

import json
import os
import pty
import re
import subprocess

import pytest
from support import configs, payloads
from support.client import Client, request
from support.headgate import BINARY
from support.polling import eventually


def run(*arguments, cwd=None):
    return subprocess.run([str(BINARY), *map(str, arguments)], capture_output=True, text=True, timeout=20, cwd=cwd)


# -- addresses --

@pytest.mark.parametrize(("setting", "side"), [("listen", "api"), ("admin_listen", "admin")])
def test_a_second_daemon_does_not_share_an_address(start, tmp_path, upstream, setting, side):
    first = start(configs.one(tmp_path, upstream))
    taken = "%s:%d" % getattr(first, side)
    with pytest.raises(AssertionError, match=rf"{taken}.* in use.*change server\.{setting}\."):
        start(configs.one(tmp_path / "elsewhere", upstream, server={setting: taken}))
    assert first.chat(payloads.chat()).status == 200


def test_a_second_daemon_does_not_share_a_ledger(start, tmp_path, upstream):
    first = start(configs.one(tmp_path, upstream))
    with pytest.raises(AssertionError, match="in use by another daemon"):
        start(configs.one(tmp_path, upstream))
    assert first.chat(payloads.chat()).status == 200


# -- keys --

@pytest.mark.parametrize("arguments", [("--expires", "99999d"), ("--expires", "3651d"), ("--expires", "0d"),
                                       ("--tenant", ""), ("--tenant", "a b"), ("--tenant", "a\x1b[2J"), ("--tenant", "a\nb"),
                                       ("--tenant", "x" * 65), ("--name", "a\nb"), ("--name", "x" * 129)],
                         ids=lambda pair: repr(pair)[:24])
def test_what_no_key_can_have_is_refused(tmp_path, upstream, arguments):
    config = tmp_path / "headgate.yaml"
    config.write_text(json.dumps(configs.one(tmp_path, upstream)))
    given = dict([("--tenant", "acme"), arguments])
    done = run("key", "create", "--config", config, *[word for pair in given.items() for word in pair])
    assert done.returncode == 2 and arguments[0] in done.stderr, done
    assert not (tmp_path / "data" / "keys.json").exists()


def test_the_longest_life_of_a_key_is_ten_years(tmp_path, upstream):
    config = tmp_path / "headgate.yaml"
    config.write_text(json.dumps(configs.one(tmp_path, upstream)))
    assert run("key", "create", "--tenant", "acme", "--expires", "3650d", "--config", config).returncode == 0


def test_a_lock_that_cannot_be_had_stops_the_change(tmp_path, upstream):
    config = tmp_path / "headgate.yaml"
    config.write_text(json.dumps(configs.one(tmp_path, upstream)))
    (tmp_path / "data" / "keys.lock").mkdir(parents=True)
    done = run("key", "create", "--tenant", "acme", "--config", config)
    assert done.returncode == 2 and "keys.lock" in done.stderr
    assert not (tmp_path / "data" / "keys.json").exists()


# -- words --

def test_an_unknown_verb_is_named():
    done = run("bogus")
    assert done.returncode == 2 and "bogus" in done.stderr
    assert "serve" in run("serv").stderr


def test_help_is_plain_text():
    for verb in ((), ("explain",), ("key", "create"), ("serve",)):
        shown = run(*verb, "--help")
        assert shown.returncode == 0 and not re.search(r"[^\n -~]", shown.stdout), shown.stdout
    assert "chat_completions" in run("explain", "--help").stdout


def test_the_admin_surface_speaks_of_itself(start, tmp_path, upstream):
    gateway = start(configs.one(tmp_path, upstream))
    message = gateway.get("/nope", address=gateway.admin).error()["message"]
    assert "/admin/v1" in message and "chat" not in message


def test_suffixes_of_a_model_are_understood(start, tmp_path, upstream):
    gateway = start(configs.one(tmp_path, upstream))
    for name in ("a:floor", "a:nitro"):
        reply = gateway.chat(payloads.chat(name))
        assert reply.status == 200 and reply.get("x-headgate-model") == "a"


# -- the terminal --

def read_until(terminal, wanted):
    seen = b""

    def found():
        nonlocal seen
        seen += os.read(terminal, 65536)
        return re.search(wanted, seen)

    os.set_blocking(terminal, False)

    def try_to_find():
        try:
            return found()
        except BlockingIOError:
            return None

    match = eventually(try_to_find, within=15)
    assert match, seen
    return match, seen


def test_a_client_cannot_steer_the_terminal(tmp_path, upstream):
    config = tmp_path / "headgate.yaml"
    config.write_text(json.dumps(configs.one(tmp_path, upstream)))
    terminal, theirs = pty.openpty()
    daemon = subprocess.Popen([str(BINARY), "serve", "--config", str(config)], stdout=theirs, stderr=theirs)
    try:
        address, _ = read_until(terminal, rb"API +http://127.0.0.1:(\d+)/v1.*\n")
        with Client(("127.0.0.1", int(address[1]))) as client:
            client.send(request("POST", "/v1/chat/completions", body=payloads.chat("\x1b[2Jx\r\n12:00 info forged \x9b2J")))
            assert client.reply().status == 404
        _, seen = read_until(terminal, rb"404 chat_completions [^\n]*\n")
        line = seen[seen.index(b"404 chat_completions"):].split(b"\n")[0]
        assert b"forged" in line and b"\\x1b[2J" in line and b"\x1b[2J" not in line and b"\xc2\x9b" not in line
    finally:
        daemon.terminate()
        assert daemon.wait(15) == 0
        os.close(terminal)
        os.close(theirs)
