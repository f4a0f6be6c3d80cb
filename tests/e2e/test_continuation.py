"""`continue_streams`: a stream that broke off is gone on with by a model that takes a prefill, as one stream."""

import json
import random
import threading
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from support import configs, payloads, steps
from support.client import request
from support.farm import ask
from support.polling import eventually
from support.spending import near, spent, state, usage

PREFILL = {"supports": ["prefill", "tools", "system", "n", "logprobs", "json_object", "json_schema"]}
PRICE = {"input": "$1", "output": "$2"}  # of a million
WORDS = ["One", " two", " three"]
BEGUN = "".join(WORDS)


@pytest.fixture
def continuing(farm):
    """Models of this order under a rule that goes on with streams."""
    def continuing(names="ab", rule=None, models=None, **sections):
        use = {"continue_streams": True} if rule is None else rule
        fields = {name: {"price": PRICE, **PREFILL, **(models or {}).get(name, {})} for name in names}
        return farm.start(fields, rules=[{"name": "go on", "when": {}, "use": use}], **sections)

    return continuing


def begun(*more, words=WORDS, stream_id="cmpl-first", model="up-a", end=steps.close):
    """The beginning of a stream, and how it goes wrong once the client holds it."""
    said = [*(payloads.chunk({"content": word}) for word in words), *more]
    events = [{**data, "id": stream_id, "model": model, "system_fingerprint": "fp-first"}
              for data in [payloads.ROLE, *said]]
    return steps.play(steps.raw(steps.stream_bytes(*events, end=False)), end)


def rest(text=" four five", counted=None, **fields):
    """A whole stream of another id; `counted` is its usage."""
    events = [{**data, "id": "cmpl-second", "model": "up-b", "created": 77, **fields}
              for data in payloads.chunks(text, usage=counted or payloads.USAGE)]
    return steps.stream(*events)


def in_order(gateway, names="ab", **fields):
    return ask(gateway, names[0], **{"models": list(names[1:]), "stream": True, **fields})


def chunks_of(reply):
    return [json.loads(data) for data in reply.events() if data != "[DONE]"]


def assert_one_stream(reply, text):
    """As if one model had said all of it."""
    assert reply.status == 200 and reply.complete and reply.text() == text
    assert reply.events().count("[DONE]") == 1 and reply.events()[-1] == "[DONE]"
    chunks = chunks_of(reply)
    assert not [chunk for chunk in chunks if "error" in chunk]
    for member in ("id", "created", "model", "object"):
        assert len({chunk[member] for chunk in chunks}) == 1, member
    assert len({chunk.get("system_fingerprint") for chunk in chunks}) == 1
    choices = [choice for chunk in chunks for choice in chunk["choices"]]
    assert sum("role" in choice["delta"] for choice in choices) == 1
    assert [choice["finish_reason"] for choice in choices if choice["finish_reason"]] == ["stop"]
    return chunks


def assert_broken_off(reply, text=BEGUN, code="upstream_error"):
    """As without the rule: what came, and one error at the end."""
    assert reply.status == 200 and reply.complete
    events = reply.events()
    assert json.loads(events[-1])["error"]["code"] == code and "[DONE]" not in events
    assert sum('"error"' in data for data in events) == 1
    said = [chunk["choices"][0]["delta"].get("content") or "" for chunk in chunks_of(reply) if chunk.get("choices")]
    assert "".join(said) == text


def marks(chunks):
    return [chunk["x_headgate"] for chunk in chunks if "x_headgate" in chunk]


BREAKS = {
    "close": steps.close,
    "reset": steps.play(steps.stall(0.1), steps.reset),
    "end-of-body": steps.raw(steps.LAST_CHUNK),
    "stall": steps.stall(),
    "error-event": steps.raw(steps.chunk(steps.event(payloads.error("Overloaded", kind="server_error")))),
    "rubbish": steps.raw(steps.chunk(steps.event("{"))),
    "bad-chunk": steps.play(steps.stall(0.1), steps.raw(b"zz\r\n")),
}


@pytest.mark.parametrize("name", BREAKS)
def test_a_stream_that_breaks_off_is_gone_on_with(continuing, farm, name):
    farm["a"].default, farm["b"].default = begun(end=BREAKS[name]), rest()
    gateway = continuing()
    reply = in_order(gateway)
    chunks = assert_one_stream(reply, BEGUN + " four five")
    assert (chunks[0]["id"], chunks[0]["model"], chunks[0]["system_fingerprint"]) == ("cmpl-first", "up-a", "fp-first")
    (asked,) = farm["b"].requests
    assert asked.json()["messages"] == [{"role": "user", "content": "Say hello."},
                                        {"role": "assistant", "content": BEGUN}]
    assert (asked.json()["model"], asked.json()["stream"]) == ("up-b", True)


def test_the_last_content_and_the_usage_are_marked(continuing, farm):
    farm["a"].default, farm["b"].default = begun(), rest(counted=usage(20, 4))
    gateway = continuing()
    reply = in_order(gateway, stream_options={"include_usage": True})
    chunks = assert_one_stream(reply, BEGUN + " four five")
    finish, counted = marks(chunks)
    went_on = [{"provider": "at-b", "model": "b", "after_characters": len(BEGUN)}]
    assert finish["continued"] == counted["continued"] == went_on
    assert (counted["model"], counted["provider"], counted["attempts"]) == ("b", "at-b", 2)
    assert [chunk["choices"] == [] for chunk in chunks] == [False] * (len(chunks) - 1) + [True]


def test_usage_and_cost_are_those_of_both(continuing, farm):
    farm["a"].default, farm["b"].default = begun(), rest(counted=usage(20, 4, cached=6))
    gateway = continuing()
    reply = in_order(gateway, stream_options={"include_usage": True})
    first, second = gateway.decision(reply)["attempts"]
    assert (first["outcome"], second["outcome"]) == ("upstream_error", "ok")
    assert first["usage_estimated"] and first["usage"]["completion_tokens"] == 3
    assert second["continued_after_characters"] == len(BEGUN) and "continued_after_characters" not in first
    counted = chunks_of(reply)[-1]
    read = first["usage"]["prompt_tokens"] + 20
    assert counted["usage"] == {"prompt_tokens": read, "completion_tokens": 7, "total_tokens": read + 7,
                                "prompt_tokens_details": {"cached_tokens": 6}}
    cost = Decimal(str(first["cost_usd"])) + Decimal(str(second["cost_usd"]))
    assert near(cost) == counted["x_headgate"]["cost_usd"]
    sums = spent(gateway, attempts=2)["total"]
    assert (sums["attempts"], sums["successes"], sums["usd"]) == (2, 1, near(cost))
    assert gateway.decision(reply)["outcome"] == "ok" and gateway.decision(reply)["cost_usd"] == near(cost)


def test_usage_that_nobody_asked_for_is_not_told_but_the_mark_is(continuing, farm):
    farm["a"].default, farm["b"].default = begun(), rest()
    (finish,) = marks(assert_one_stream(in_order(continuing()), BEGUN + " four five"))
    assert finish["continued"][0]["model"] == "b"


def test_usage_beside_the_last_content_is_that_of_both(continuing, farm):
    last = payloads.chunk(finish="stop", usage=usage(20, 4))
    farm["a"].default = begun()
    farm["b"].default = steps.stream(payloads.chunk({"role": "assistant", "content": " four"}), last)
    told = assert_one_stream(in_order(continuing()), BEGUN + " four")[-1]["usage"]
    assert told["completion_tokens"] == 7 and told["prompt_tokens"] > 20


def test_a_continuation_that_breaks_off_is_gone_on_with(continuing, farm):
    farm["a"].default = begun()
    farm["b"].default = begun(words=[" four", " Äé🌍"], stream_id="cmpl-second", model="up-b", end=steps.reset)
    farm["c"].default = rest(" six")
    gateway = continuing("abc")
    reply = in_order(gateway, "abc")
    chunks = assert_one_stream(reply, BEGUN + " four Äé🌍 six")
    assert farm["c"].requests[0].json()["messages"][-1]["content"] == BEGUN + " four Äé🌍"
    assert [(hop["model"], hop["after_characters"]) for hop in marks(chunks)[-1]["continued"]] == [
        ("b", len(BEGUN)), ("c", len(BEGUN + " four Äé🌍"))]
    assert spent(gateway, attempts=3)["total"]["successes"] == 1


def test_who_cannot_go_on_is_followed_by_who_can(continuing, farm):
    """Refusals of the request to go on are ours to bear, also those that would end another request."""
    farm["a"].default, farm["d"].default = begun(), rest()
    farm["b"].default = steps.failure("no prefill here", "400 Bad Request", "invalid_request_error")
    farm["c"].default = steps.play(steps.raw(steps.OPENING), steps.close)
    gateway = continuing("abcd", failover={"max_attempts": 4})
    reply = in_order(gateway, "abcd")
    (finish,) = marks(assert_one_stream(reply, BEGUN + " four five"))
    assert [hop["model"] for hop in finish["continued"]] == ["d"]
    outcomes = [attempt["outcome"] for attempt in gateway.decision(reply)["attempts"]]
    assert outcomes == ["upstream_error", "invalid_request_error", "upstream_error", "ok"]


def test_when_nobody_goes_on_the_stream_ends_with_the_error_that_broke_it(continuing, farm):
    farm["a"].default, farm["b"].default = begun(end=steps.stall()), steps.failure()
    gateway = continuing()
    reply = in_order(gateway)
    assert_broken_off(reply, code="upstream_timeout")
    decision = gateway.decision(reply)
    assert [attempt["outcome"] for attempt in decision["attempts"]] == ["upstream_timeout", "upstream_error"]
    assert decision["outcome"] == "upstream_timeout" and decision["status"] == 200
    assert gateway.alive()


def test_attempts_are_those_of_failover(continuing, farm):
    farm["a"].default = begun()
    assert_broken_off(in_order(continuing(failover={"max_attempts": 1})))
    assert farm.asked("b") == 0


def test_no_attempt_begins_after_the_time_for_it(continuing, farm):
    farm["a"].default = begun(end=steps.stall(30))
    assert_broken_off(in_order(continuing(failover={"within": "300ms"})), code="upstream_timeout")
    assert farm.asked("b") == 0


@pytest.mark.parametrize("rule", [{}, {"continue_streams": False}])
def test_without_the_rule_nobody_goes_on(continuing, farm, rule):
    farm["a"].default = begun()
    assert_broken_off(in_order(continuing(rule=rule)))
    assert farm.asked("b") == 0


@pytest.mark.parametrize("supports", [["tools"], None], ids=["lacking", "unknown"])
def test_only_who_is_known_to_take_a_prefill_goes_on(farm, supports):
    farm["a"].default, farm["c"].default = begun(), rest()
    models = {"a": PREFILL, "b": {} if supports is None else {"supports": supports}, "c": PREFILL}
    gateway = farm.start(models, rules=[{"name": "go on", "when": {}, "use": {"continue_streams": True}}])
    reply = in_order(gateway, "abc")
    assert_one_stream(reply, BEGUN + " four five")
    assert farm.asked("b") == 0
    assert [(one["model"], one["reason"]) for one in gateway.decision(reply)["excluded"]] == [("b", "cannot_continue")]


MORE_THAN_TEXT = {
    "tool call": payloads.chunk({"tool_calls": [{"index": 0, "id": "call_1", "type": "function",
                                                 "function": {"name": "f", "arguments": ""}}]}),
    "refusal": payloads.chunk({"refusal": "I won't"}),
    "second choice": {**payloads.ROLE, "choices": [{"index": 1, "delta": {"content": "x"}, "finish_reason": None}]},
    "end": payloads.FINISH,
}


@pytest.mark.parametrize("name", MORE_THAN_TEXT)
def test_what_is_more_than_text_is_not_gone_on_with(continuing, farm, name):
    text = BEGUN + ("x" if name == "second choice" else "")
    farm["a"].default = begun(MORE_THAN_TEXT[name], end=steps.play(steps.stall(0.05), steps.reset))
    assert_broken_off(in_order(continuing()), text)
    assert farm.asked("b") == 0


def test_thoughts_alone_are_not_gone_on_with(continuing, farm):
    farm["a"].default = begun(payloads.chunk({"reasoning_content": "Hm."}), words=[])
    assert_broken_off(in_order(continuing()), "")
    assert farm.asked("b") == 0


def test_a_text_after_thoughts_is_gone_on_with_and_not_thought_over_again(continuing, farm):
    thought = payloads.chunk({"reasoning_content": "Hm."})
    farm["a"].default = begun(thought, payloads.chunk({"content": BEGUN}), words=[])
    farm["b"].default = steps.stream(thought, payloads.chunk({"content": " four"}), payloads.FINISH)
    reply = in_order(continuing())
    assert_one_stream(reply, BEGUN + " four")
    assert sum("Hm." in data for data in reply.events()) == 1


@pytest.mark.parametrize("fields", [
    {"n": 2}, {"logprobs": True}, {"response_format": {"type": "json_object"}},
    {"response_format": {"type": "json_schema", "json_schema": {"name": "x", "schema": {"type": "object"}}}},
    {"messages": [{"role": "user", "content": "x"}, {"role": "assistant", "content": "So"}]},
], ids=["n", "logprobs", "json_object", "json_schema", "prefill"])
def test_requests_for_more_than_one_text_are_not_gone_on_with(continuing, farm, fields):
    farm["a"].default = begun()
    assert_broken_off(in_order(continuing(), **fields))
    assert farm.asked("b") == 0


@pytest.mark.parametrize("size,goes_on", [(256, True), (257, False)])
def test_a_text_is_kept_up_to_a_bound(continuing, farm, size, goes_on):
    words = ["x" * 1023 + "y"] * size
    farm["a"].default, farm["b"].default = begun(words=words), rest("z")
    reply = in_order(continuing())
    if goes_on:
        assert_one_stream(reply, "".join(words) + "z")
        assert len(farm["b"].requests[0].json()["messages"][-1]["content"]) == size << 10
    else:
        assert_broken_off(reply, "".join(words))
    assert farm.asked("b") == goes_on


@pytest.mark.parametrize("blanks,said", [(" ", " four"), (" ", "four"), ("\n\n", "\nfour"), (" ", "  four")])
def test_blanks_at_the_cut_come_once(continuing, farm, blanks, said):
    farm["a"].default = begun(words=[*WORDS, blanks])
    farm["b"].default = rest(said)
    reply = in_order(continuing())
    assert farm["b"].requests[0].json()["messages"][-1]["content"] == BEGUN
    kept = " " if said.startswith("  ") else ""
    assert reply.text() == BEGUN + blanks + kept + "four"


@pytest.mark.parametrize("vendor,marked,beside", [
    ("mistral", {"prefix": True}, {}), ("deepseek", {"prefix": True}, {}), ("qwen", {"partial": True}, {}),
    ("vllm", {}, {"continue_final_message": True, "add_generation_prompt": False}), ("groq", {}, {}),
])
def test_each_vendor_is_told_in_its_words(continuing, farm, vendor, marked, beside):
    farm["a"].default, farm["b"].default = begun(), rest()
    reply = in_order(continuing(models={"b": {"at": {"type": vendor, "key": "none"}}}))
    assert_one_stream(reply, BEGUN + " four five")
    asked = farm["b"].requests[0].json()
    assert asked["messages"][-1] == {"role": "assistant", "content": BEGUN, **marked}
    assert {name: asked[name] for name in beside} == beside
    assert ("continue_final_message" in asked) == bool(beside)


def test_what_a_vendor_repeats_is_not_shown_twice(continuing, farm):
    farm["a"].default = begun(words=[*WORDS, " "])
    farm["b"].default = rest(BEGUN + " four five")
    reply = in_order(continuing(models={"b": {"at": {"type": "mistral", "key": "none"}}}))
    assert_one_stream(reply, BEGUN + " four five")


def test_the_clients_limit_holds_for_both(continuing, farm):
    farm["a"].default, farm["b"].default = begun(), rest()
    in_order(continuing(), max_tokens=10)
    assert farm["b"].requests[0].json()["max_tokens"] == 7


def test_the_request_is_put_in_the_terms_of_who_goes_on(continuing, farm):
    farm["a"].default, farm["b"].default = begun(), rest()
    gateway = continuing(models={"b": {"parameters": {"temperature": {"max": 1}}}})
    reply = in_order(gateway, temperature=1.5)
    assert farm["b"].requests[0].json()["temperature"] == 1
    assert gateway.decision(reply)["attempts"][1]["adapted"] == ["temperature"]


def test_both_are_charged_and_nothing_stays_reserved(continuing, farm):
    farm["a"].default, farm["b"].default = begun(), rest()
    gateway = continuing(budgets=[{"name": "the limit", "window": "24h", "limit": "$1"}])
    reply = in_order(gateway, max_tokens=10)
    cost = gateway.decision(reply)["cost_usd"]
    spent(gateway, attempts=2)
    assert state(gateway)["spent_usd"] == near(cost) and state(gateway)["reserved_usd"] == 0


def test_a_budget_that_is_used_up_by_the_first_stops_the_second(continuing, farm):
    farm["a"].default = begun()
    gateway = continuing(budgets=[{"name": "the limit", "window": "24h", "limit": "$0.000001"}])
    reply = in_order(gateway, max_tokens=10)
    assert_broken_off(reply)
    assert farm.asked("b") == 0
    assert "budget_exceeded" in [one["reason"] for one in gateway.decision(reply)["excluded"]]


def test_a_cut_counts_against_who_was_cut(continuing, farm):
    farm["a"].default, farm["b"].default = begun(), rest()
    gateway = continuing(breakers={"consecutive_failures": 3})
    for _ in range(4):
        assert in_order(gateway).text() == BEGUN + " four five" or farm.asked("a") == 3
    states = {one["model"]: one["state"] for one in gateway.look("breakers")["models"]}
    assert farm.asked("a") == 3 and states == {"a": "open", "b": "closed"}


def test_a_client_that_leaves_ends_it(continuing, farm):
    farm["a"].default = begun()
    farm["b"].default = steps.stall()
    gateway = continuing(models={name: {"at": {"timeouts": {**configs.QUICK, "first_byte": "20s"}}} for name in "ab"})
    with gateway.client() as client:
        client.send(request("POST", "/v1/chat/completions", body=payloads.chat("a", models=["b"], stream=True)))
        head = client.head()
        assert farm["b"].wait_for_requests(1)
    assert eventually(lambda: farm["b"].peers[0].gone)
    assert [attempt["outcome"] for attempt in gateway.decision(head)["attempts"]] == ["upstream_error", "client_gone"]


def test_a_hedged_stream_is_gone_on_with(continuing, farm):
    """The loser's words are nobody's; the third goes on with the winner's."""
    hedge_is_there = threading.Event()
    farm["a"].default = steps.play(steps.wait_for(hedge_is_there), begun(end=steps.play(steps.stall(0.1), steps.close)))
    farm["b"].default = steps.play(lambda peer, asked: hedge_is_there.set(), steps.stall())
    farm["c"].default = rest()
    patient = {"at": {"timeouts": {**configs.QUICK, "first_byte": "10s"}}}
    gateway = continuing("abc", {"continue_streams": True, "hedge_after": "50ms"}, {name: patient for name in "abc"})
    assert_one_stream(in_order(gateway, "abc"), BEGUN + " four five")


TEXT = "Es war  einmal\n\nein 🌍 voller \"Wörter\":\t {a: [1, 2]}\n  und 漢字 \\\\ dazu. " * 3


def knows_the_text(draw, repeats=False, cut=True):
    """A model that says TEXT from where its prefill ends, in pieces of any size, and is cut anywhere before its end."""
    def step(peer, asked):
        last = asked.json()["messages"][-1]
        there = last["content"] if last["role"] == "assistant" else ""
        assert TEXT.startswith(there)
        left = TEXT if repeats else TEXT[len(there):]
        pieces = []
        while left:
            size = draw.randint(1, 30)
            pieces.append(left[:size])
            left = left[size:]
        said = [payloads.ROLE, *(payloads.chunk({"content": piece}) for piece in pieces)]
        data = steps.stream_bytes(*said, end=False)
        if cut:
            return steps.play(steps.raw(data[:draw.randint(0, len(data))]), steps.close)(peer, asked)
        end = steps.stream_bytes(payloads.FINISH, payloads.USAGE_CHUNK)[len(steps.STREAM_HEAD):]
        return steps.trickle(data + end, 0, draw.randint(50, 5000))(peer, asked)
    return step


def test_the_text_is_whole_wherever_it_is_cut(continuing, farm):
    draw = random.Random(20261122)
    farm["a"].default, farm["c"].default = knows_the_text(draw), knows_the_text(draw, cut=False)
    farm["b"].default = knows_the_text(draw, repeats=True)
    gateway = continuing("abc", models={"b": {"at": {"type": "mistral", "key": "none"}}}, server={"workers": 2},
                         budgets=[{"name": "the limit", "window": "24h", "limit": "$9"}],
                         breakers={"consecutive_failures": 10_000, "min_requests": 10_000})

    def one(_):
        reply = in_order(gateway, "abc", stream_options={"include_usage": True}, max_tokens=2000)
        if "[DONE]" not in reply.events():  # too many requests were retries
            assert "retry_budget" in [one["reason"] for one in gateway.decision(reply)["excluded"]], reply.events()[-1]
            return None
        assert_one_stream(reply, TEXT)
        return len(gateway.decision(reply)["attempts"])

    with ThreadPoolExecutor(8) as pool:
        attempts = [count for count in pool.map(one, range(150)) if count]
    assert len(attempts) > 20 and set(attempts) >= {3}
    assert eventually(lambda: state(gateway)["reserved_usd"] == 0)
    assert eventually(lambda: gateway.metrics().total("headgate_ledger_waiting_rows") == 0)
    assert state(gateway)["spent_usd"] == pytest.approx(gateway.look("spend")["total_usd"])


def test_draining_is_told_while_nobody_goes_on(continuing, farm):
    farm["a"].default, farm["b"].default = begun(), steps.stall()
    patient = {name: {"at": {"timeouts": {**configs.QUICK, "first_byte": "20s", "total": "30s"}}} for name in "ab"}
    gateway = continuing(models=patient, server={"drain": "200ms"})
    with gateway.client() as client:
        client.send(request("POST", "/v1/chat/completions", body=payloads.chat("a", models=["b"], stream=True)))
        head = client.head()
        assert farm["b"].wait_for_requests(1)
        gateway.terminate()
        events = list(client.events(head))
    assert json.loads(events[-1])["error"]["code"] == "draining"


def test_explain_tells_who_went_on(continuing, farm):
    farm["a"].default, farm["b"].default = begun(), rest()
    gateway = continuing()
    reply = in_order(gateway)
    gateway.write({**json.loads(gateway.config_file.read_text()), "server": {"admin_listen": "%s:%d" % gateway.admin}})
    told = " ".join(gateway.run("explain", reply.get("x-request-id")).split())
    assert f"It was asked to go on after {len(BEGUN)} characters of an answer that had broken off." in told
    assert "ended the answer that another had begun" in told


def test_check_takes_it_for_granted(continuing):
    gateway = continuing()
    assert "continue_streams" not in "\n".join(gateway.logs)
    assert "continue_streams" not in gateway.run("check")
