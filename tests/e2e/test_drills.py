"""Failover drills: every pool without each of its providers, while everybody else is served as ever."""

import json
import subprocess
import threading
import time

import pytest
from support import configs, payloads, steps
from support.headgate import BINARY
from support.polling import eventually
from support.upstream import Upstream

CALM = {"type": "simulated", "latency": "5ms", "tokens": 4, "token_interval": "1ms"}
FAILING = steps.reply(payloads.error("boom"), "500 Internal Server Error")


@pytest.fixture
def gateway(start, tmp_path, upstream, second):
    upstream.default, second.default = steps.answer_with("from the first"), steps.answer_with("from the second")
    # A named model comes first whatever was measured; the pool stands in for it.
    return start(configs.two(tmp_path, upstream.url, second.url, failover={"named_models": "equivalents"}))


def simulated(folder, models, **sections):
    """Models by the provider they are at; all providers are calm."""
    providers = {name: CALM for name in set(models.values())}
    return configs.gateway(folder, providers, {model: {"provider": at, "upstream": "any"}
                                               for model, at in models.items()}, **sections)


def drills(gateway):
    return json.loads(gateway.get("/admin/v1/drills", address=gateway.admin).body)


def order(gateway, body=b""):
    return gateway.call("POST", "/admin/v1/drills", body, address=gateway.admin)


def report_of(gateway, body=b"", within=10):
    assert order(gateway, body).status == 200
    assert eventually(lambda: drills(gateway)["running"] is None, within=within)
    return drills(gateway)["last"]


def verb(gateway, *arguments, admin=None):
    """`headgate drill` as an operator types it; the daemon's free port is written out for it."""
    host, port = admin or gateway.admin
    config = json.loads(gateway.config_file.read_text())
    config["server"]["admin_listen"] = f"{host}:{port}"
    file = gateway.folder / "verb.yaml"
    file.write_text(json.dumps(config))
    return subprocess.run([str(BINARY), "drill", "--config", str(file), *arguments],
                          capture_output=True, text=True, timeout=60)


def results(report):
    return {(check["pool"], check["provider"]): check["result"] for check in report["checks"]}


def of_provider(report, provider):
    return next(check for check in report["checks"] if check["provider"] == provider)


def remember(folder, passed_ago, ended_ago=None):
    """As if a drill had ended `ended_ago` seconds ago, and one had passed `passed_ago` seconds ago."""
    now = int(time.time())
    file = folder / "data" / "drills" / "last.json"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps({"last_success": now - passed_ago, "report": {"passed": False, "checks": []},
                                "finished": now - (passed_ago if ended_ago is None else ended_ago)}))


def test_two_providers_stand_in_for_each_other(gateway, upstream, second):
    done = verb(gateway, "--json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["passed"] and report["mode"] == "shadow" and len(report["checks"]) == 2
    first, other = of_provider(report, "first"), of_provider(report, "second")
    assert (first["model"], first["provider_answered"], first["result"]) == ("b", "second", "passed")
    assert (other["model"], other["provider_answered"], other["result"]) == ("a", "first", "passed")
    assert len(upstream.requests) == len(second.requests) == 1
    asked = second.requests[0].json()
    assert asked["max_tokens"] == 16 and not asked.get("stream")
    metrics = gateway.metrics()
    assert metrics.total("headgate_drill_checks_total", result="passed") == 2
    assert abs(metrics.total("headgate_drill_last_success_timestamp_seconds") - time.time()) < 60
    assert metrics.total("headgate_drill_overdue") == 0


def test_what_a_drill_asks_is_seen_like_any_request(gateway):
    check = of_provider(report_of(gateway), "first")
    found = gateway.get(f"/admin/v1/requests/{check['request_id']}", address=gateway.admin).json()
    assert found["tenant"] == "headgate-drill" and found["tags"] == ["drill"]
    assert [(one["model"], one["reason"]) for one in found["excluded"]] == [("a", "drill")]
    assert found["excluded"][0]["detail"]
    def ledger():
        spend = gateway.get("/admin/v1/spend?tenant=headgate-drill&by=provider", address=gateway.admin)
        return "first" in spend.body.decode() and "second" in spend.body.decode()
    assert eventually(ledger)


def test_a_pool_at_one_provider_fails_and_says_so(start, tmp_path, upstream):
    gateway = start(configs.one(tmp_path, upstream))
    done = verb(gateway)
    assert done.returncode == 1
    assert "nobody else can answer" in done.stdout and "failed: 0 of 1 checks passed" in done.stdout
    report = drills(gateway)["last"]
    assert results(report) == {("default", "lab"): "nobody_else"} and report["checks"][0]["model"] is None
    assert not upstream.requests
    assert drills(gateway)["last_success"] is None
    assert gateway.metrics().total("headgate_drill_last_success_timestamp_seconds") is None
    told = [line for line in gateway.logs if "cannot do without" in line]
    assert len(told) == 1 and "default" in told[0] and "lab" in told[0]
    assert gateway.chat(payloads.chat()).status == 200


def test_only_pools_that_serve_requests_are_asked_each_where_it_uses_the_provider(start, tmp_path):
    gateway = start(simulated(tmp_path, {"a": "east", "b": "west", "c": "south"}, pools={
        "default": ["a", "b"], "code": ["b", "c"], "cheap": ["a", "c"], "forgotten": ["a"]},
        rules=[{"name": "summaries", "when": {"capability": "summarization"}, "use": {"pool": "cheap"}}]))
    report = report_of(gateway)
    assert report["passed"], report
    assert set(results(report)) == {("default", "east"), ("default", "west"), ("code", "west"), ("code", "south"),
                                    ("cheap", "east"), ("cheap", "south")}
    assert next(c for c in report["checks"] if c["pool"] == "code")["capability"] == "code"


def test_embeddings_are_asked_of_a_pool_that_gives_nothing_else(start, tmp_path, upstream, second):
    account = {"type": "openai", "key": "none"}
    gateway = start(configs.gateway(
        tmp_path, {"first": {**account, "base_url": upstream.url}, "second": {**account, "base_url": second.url}},
        {"a": {"provider": "first", "upstream": "text-embedding-3-small"},
         "b": {"provider": "second", "upstream": "text-embedding-3-small"}}))
    assert report_of(gateway)["passed"]
    assert second.requests[0].target.endswith("/embeddings")


def test_who_answers_with_errors_does_not_pass(start, tmp_path, upstream):
    with Upstream(FAILING) as broken:
        gateway = start(configs.two(tmp_path, upstream.url, broken.url))
        report = report_of(gateway)
    assert not report["passed"]
    assert results(report) == {("default", "first"): "failed", ("default", "second"): "passed"}
    assert "`b` at `second`: upstream_error" in of_provider(report, "first")["detail"]


def test_an_answer_beyond_the_limit_of_a_rule_does_not_pass(start, tmp_path, upstream):
    slow = steps.play(steps.stall(0.4), steps.answer)
    with Upstream(slow) as late:
        rules = [{"name": "quick", "when": {"tenant": ["acme"]}, "use": {"pool": "default", "deadline": "150ms"}}]
        gateway = start(configs.two(tmp_path, upstream.url, late.url, rules=rules))
        report = report_of(gateway)
    assert results(report) == {("default", "first"): "too_late", ("default", "second"): "passed"}


def test_a_shadow_drill_touches_neither_requests_nor_breakers(gateway, upstream, second):
    go_on = threading.Event()
    second.default = steps.play(steps.wait_for(go_on), steps.answer_with("from the second"))
    upstream.forget()
    assert order(gateway).status == 200
    assert second.wait_for_requests(1)  # the first is being done without
    for headers in ({}, {"x-headgate-tags": "drill"}):
        reply = gateway.chat(payloads.chat("a"), headers=headers)
        assert reply.status == 200 and reply.text() == "from the first"
    shown = json.loads(gateway.get("/admin/v1/breakers", address=gateway.admin).body)
    assert all(one["state"] == "closed" and not one["forced"] for one in shown["providers"] + shown["models"])
    busy = order(gateway)
    assert busy.status == 409 and "running" in busy.error()["message"]
    assert verb(gateway).returncode == 2
    go_on.set()
    assert eventually(lambda: drills(gateway)["running"] is None)
    assert drills(gateway)["last"]["passed"]
    assert not gateway.metrics().total("headgate_breaker_transitions_total")


def test_a_live_drill_takes_the_tagged_requests_only(gateway):
    def who_answers(**headers):
        return gateway.chat(payloads.chat("a"), headers=headers).text()

    def tagged():
        return who_answers(**{"x-headgate-tags": "other,drill"})

    assert tagged() == "from the first"
    assert order(gateway, b'{"mode": "live", "hold_seconds": 1.5}').status == 200
    assert eventually(lambda: tagged() == "from the second")
    assert who_answers() == "from the first" and who_answers(**{"x-headgate-tags": "other"}) == "from the first"
    assert eventually(lambda: tagged() == "from the first")  # the second is done without now
    assert eventually(lambda: drills(gateway)["running"] is None)
    assert tagged() == "from the first"
    report = drills(gateway)["last"]
    assert report["passed"] and report["mode"] == "live"
    counted = {one["provider"]: (one["requests"] > 0, one["failed"]) for one in report["tagged"]}
    assert counted == {"first": (True, 0), "second": (True, 0)}


def test_a_live_drill_fails_with_the_tagged_requests_that_fail(start, tmp_path, upstream, second):
    gateway = start(configs.two(tmp_path, upstream.url, second.url))  # nobody stands in for a named model
    headers = {"x-headgate-tags": "drill"}
    assert order(gateway, b'{"mode": "live", "hold_seconds": 1}').status == 200
    assert eventually(lambda: gateway.chat(payloads.chat("a"), headers=headers).status == 503)
    refused = gateway.chat(payloads.chat("a"), headers=headers)
    assert refused.status == 200 or refused.error()["code"] == "no_healthy_upstream"
    assert gateway.chat(payloads.chat("a")).status == 200
    assert eventually(lambda: drills(gateway)["running"] is None)
    report = drills(gateway)["last"]
    assert not report["passed"] and all(check["result"] == "passed" for check in report["checks"])
    assert next(one for one in report["tagged"] if one["provider"] == "first")["failed"] > 0


def test_a_reload_does_not_end_a_live_drill(gateway):
    headers = {"x-headgate-tags": "drill"}

    def tagged():
        return gateway.chat(payloads.chat("a"), headers=headers).text()

    assert order(gateway, b'{"mode": "live", "hold_seconds": 30}').status == 200
    assert eventually(lambda: tagged() == "from the second")
    assert gateway.call("POST", "/admin/v1/reload", address=gateway.admin).status == 200
    assert tagged() == "from the second"
    gateway.terminate()  # nobody waits for a drill
    gateway.wait(within=5)


def test_the_report_survives_a_restart(start, tmp_path):
    config = simulated(tmp_path, {"a": "east", "b": "west"})
    gateway = start(config)
    report = report_of(gateway)
    success = gateway.metrics().total("headgate_drill_last_success_timestamp_seconds")
    gateway.stop()
    again = start(config)
    assert drills(again)["last"] == report and drills(again)["last_success"]
    assert again.metrics().total("headgate_drill_last_success_timestamp_seconds") == success


def test_a_damaged_report_is_told_and_stops_nothing(start, tmp_path):
    folder = tmp_path / "data" / "drills"
    folder.mkdir(parents=True)
    (folder / "last.json").write_text('{"last_success"')
    gateway = start(simulated(tmp_path, {"a": "east", "b": "west"}))
    assert eventually(lambda: any("last.json is damaged" in line for line in gateway.logs))
    assert drills(gateway)["last"] is None
    assert report_of(gateway)["passed"]


def test_a_drill_that_is_due_starts_by_itself(start, tmp_path):
    remember(tmp_path, passed_ago=70 * 60)
    gateway = start(simulated(tmp_path, {"a": "east", "b": "west"}, drills={"every": "1h"}))
    assert eventually(lambda: (drills(gateway)["last"] or {}).get("passed"), within=10)
    assert not drills(gateway)["overdue"] and drills(gateway)["every_seconds"] == 3600


def test_an_overdue_drill_shows_and_the_next_success_ends_it(start, tmp_path):
    remember(tmp_path, passed_ago=10 * 86400, ended_ago=60)  # one failed a minute ago: the next is not due yet
    gateway = start(simulated(tmp_path, {"a": "east", "b": "west"}, drills={"every": "5d"}))
    assert eventually(lambda: gateway.metrics().total("headgate_drill_overdue") == 1)
    for address in (gateway.api, gateway.admin):
        reply = gateway.get("/health/ready", address=address)
        assert reply.status == 200 and reply.json() == {"status": "ready", "drill": "overdue"}
    assert drills(gateway)["overdue"]
    assert sum("for too long" in line for line in gateway.logs) == 1
    assert report_of(gateway)["passed"]
    assert eventually(lambda: gateway.get("/health/ready").json() == {"status": "ready"})
    assert gateway.metrics().total("headgate_drill_overdue") == 0
    assert sum("for too long" in line for line in gateway.logs) == 1


def test_without_a_schedule_nothing_is_overdue(start, tmp_path):
    remember(tmp_path, passed_ago=1000 * 86400)
    gateway = start(simulated(tmp_path, {"a": "east", "b": "west"}))
    assert eventually(lambda: gateway.metrics().total("headgate_drill_overdue") == 0)
    assert gateway.get("/health/ready").json() == {"status": "ready"}
    assert drills(gateway)["next"] is None and drills(gateway)["every_seconds"] is None


def test_the_verb_says_when_it_could_not_run(gateway, start, tmp_path):
    dead = ("127.0.0.1", 1)
    done = verb(gateway, admin=dead)
    assert done.returncode == 2 and "no daemon answers" in done.stderr
    assert verb(gateway, "--hold", "601").returncode == 2
    assert verb(gateway, "--live", "--hold", "0").returncode == 0


@pytest.mark.parametrize("body, param", [(b"[]", None), (b'{"mode": "loud"}', "mode"), (b'{"mode": 1}', "mode"),
                                         (b'{"hold_seconds": -1}', "hold_seconds"),
                                         (b'{"hold_seconds": "1"}', "hold_seconds"), (b'{"now": true}', "now")])
def test_an_order_that_cannot_be_read_says_where(gateway, body, param):
    reply = order(gateway, body)
    assert reply.status == 400 and reply.error()["param"] == param
    assert drills(gateway)["running"] is None


def test_other_methods_are_told_what_there_is(gateway):
    reply = gateway.call("PUT", "/admin/v1/drills", address=gateway.admin)
    assert reply.status == 405 and reply.get("allow") == "GET, HEAD, POST"
