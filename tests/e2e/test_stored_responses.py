"""Responses that stand on others: what is stored of them, for whom, and how it ends."""

import json
import re
import sqlite3
import threading

import pytest
from support import configs, speakers, steps
from support.http1 import sse_data
from support.polling import eventually
from support.speakers import PROVIDERS
from support.upstream import Upstream

UNKNOWN = "resp_" + "0" * 48
streamed = pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])


@pytest.fixture
def config(tmp_path, upstream):
    def make(dialect="chat_completions", fields=(), **sections):
        speaker = PROVIDERS[dialect]
        upstream.default = speaker.provider
        url = upstream.url.removesuffix("/v1") + speaker.base
        return configs.gateway(tmp_path, {"lab": configs.provider(url, **{"type": speaker.type, **dict(fields)})},
                               {"a": {"provider": "lab", "upstream": "up"}}, **sections)
    return make


@pytest.fixture
def gateway(start, config):
    return start(config())


def create(gateway, headers=(), stream=False, **asked):
    """The response object; of a stream the last one, whose id all its events have told."""
    body = {"model": "a", "input": "Weather in Oslo?", **asked, **({"stream": True} if stream else {})}
    reply = gateway.post("/v1/responses", body, headers=dict(headers))
    assert reply.status == 200, reply.body
    if not stream:
        return reply.json()
    events = [json.loads(event) for event in sse_data(reply.body)]
    objects = [event["response"] for event in events if "response" in event]
    assert len({one["id"] for one in objects}) == 1 and len({one["store"] for one in objects}) == 1
    return objects[-1]


def get(gateway, response, tail="", headers=()):
    return gateway.get(f"/v1/responses/{response}{tail}", headers=dict(headers))


def delete(gateway, response, headers=()):
    return gateway.call("DELETE", f"/v1/responses/{response}", headers=dict(headers))


def items(gateway, response, query=""):
    reply = get(gateway, response, "/input_items" + query)
    assert reply.status == 200, reply.body
    return reply.json()


def texts(listed):
    return [part["text"] for item in listed for part in item.get("content", [])]


def said_upstream(upstream):
    return [(message["role"], message["content"]) for message in upstream.requests[-1].json()["messages"]]


def error_of(reply, status):
    assert reply.status == status, reply.body
    return reply.json()["error"]


# --- one life

@streamed
def test_a_response_is_found_by_its_id_until_it_is_deleted(gateway, stream):
    made = create(gateway, stream=stream, metadata={"a": "b"})
    assert re.fullmatch("resp_[0-9a-f]{48}", made["id"]) and made["store"] is True
    assert get(gateway, made["id"]).json() == made
    gone = delete(gateway, made["id"])
    assert gone.status == 200 and gone.json() == {"id": made["id"], "object": "response", "deleted": True}
    for reply in (get(gateway, made["id"]), get(gateway, made["id"], "/input_items"), delete(gateway, made["id"])):
        error = error_of(reply, 404)
        assert error["type"] == "invalid_request_error" and made["id"] in error["message"]


@pytest.mark.parametrize("dialect", PROVIDERS)
@streamed
def test_the_next_turn_stands_on_the_ones_before(start, config, upstream, dialect, stream):
    gateway = start(config(dialect))
    first = create(gateway, stream=stream, input="My name is Ada.", instructions="Be brief.")
    second = create(gateway, stream=stream, input="And I like tea.", previous_response_id=first["id"])
    third = create(gateway, stream=stream, input="Who am I?", previous_response_id=second["id"])
    assert third["previous_response_id"] == second["id"] and third["store"] is True
    asked = json.dumps(upstream.requests[-1].json(), ensure_ascii=False)
    places = [asked.index(text) for text in ("My name is Ada.", speakers.TEXT, "And I like tea.", "Who am I?")]
    assert places == sorted(places) and asked.count(speakers.TEXT) == 2
    assert "Be brief." not in asked, "instructions are those of their own request"


def test_instructions_come_before_what_was_said(gateway, upstream):
    first = create(gateway, input="One", instructions="Old.")
    create(gateway, input="Two", instructions="New.", previous_response_id=first["id"])
    assert [content for _, content in said_upstream(upstream)] == ["New.", "One", speakers.TEXT, "Two"]


@pytest.mark.parametrize("dialect", PROVIDERS)
@streamed
def test_a_call_is_answered_by_its_result_alone(start, config, upstream, dialect, stream):
    gateway = start(config(dialect))
    tools = [{"type": "function", "name": speakers.TOOL, "parameters": speakers.SCHEMA, "strict": False}]
    first = create(gateway, stream=stream, tools=tools)
    call = next(item for item in first["output"] if item["type"] == "function_call")
    result = {"type": "function_call_output", "call_id": call["call_id"], "output": '{"temp_c":4}'}
    second = create(gateway, stream=stream, tools=tools, input=[result], previous_response_id=first["id"])
    assert texts(second["output"]) == [speakers.TEXT]
    assert "temp_c" in json.dumps(upstream.requests[-1].json())


@streamed
def test_items_that_are_named_are_found(start, config, upstream, stream):
    gateway = start(config("generate_content"))  # whose calls are signed: the signature must come back with the call
    tools = [{"type": "function", "name": speakers.TOOL, "parameters": speakers.SCHEMA, "strict": False}]
    first = create(gateway, stream=stream, tools=tools)
    named = [{"type": "item_reference", "id": item["id"]} for item in first["output"]]
    call = first["output"][-1]
    result = {"type": "function_call_output", "call_id": call["call_id"], "output": '{"temp_c":4}'}
    question = {"role": "user", "content": "Weather in Oslo?"}
    create(gateway, tools=tools, input=[question, *named, result])
    asked = json.dumps(upstream.requests[-1].json())
    assert "c2lnLTE=" in asked and asked.count("functionCall\"") == 1
    create(gateway, tools=tools, input=[*named, result], previous_response_id=first["id"])
    assert json.dumps(upstream.requests[-1].json()).count("functionCall\"") == 1, "what was said is not said twice"


def test_an_item_that_nobody_knows_is_named(gateway, upstream):
    reply = gateway.post("/v1/responses", {"model": "a", "input": [{"type": "item_reference", "id": "msg_1_0"}]})
    error = error_of(reply, 404)
    assert error["param"] == "input" and "msg_1_0" in error["message"] and upstream.received == 0


# --- what it was asked with

def test_input_is_listed_in_pages(gateway):
    asked = [{"role": "user", "content": f"text {i}"} for i in range(5)]
    made = create(gateway, input=asked)
    whole = items(gateway, made["id"], "?order=asc")
    assert texts(whole["data"]) == [f"text {i}" for i in range(5)]
    assert (whole["object"], whole["has_more"]) == ("list", False)
    assert (whole["first_id"], whole["last_id"]) == (whole["data"][0]["id"], whole["data"][-1]["id"])
    assert items(gateway, made["id"])["data"] == whole["data"][::-1]
    page = items(gateway, made["id"], "?limit=2&order=asc")
    assert page["data"] == whole["data"][:2] and page["has_more"] is True
    rest = items(gateway, made["id"], f"?limit=3&order=asc&after={page['last_id']}")
    assert rest["data"] == whole["data"][2:] and rest["has_more"] is False


def test_twenty_items_are_a_page_unless_it_is_said(gateway):
    made = create(gateway, input=[{"role": "user", "content": f"{i}"} for i in range(30)])
    assert len(items(gateway, made["id"])["data"]) == 20 and items(gateway, made["id"])["has_more"] is True
    assert len(items(gateway, made["id"], "?limit=100")["data"]) == 30


def test_input_holds_what_it_stands_on(gateway):
    first = create(gateway, input="One")
    second = create(gateway, input="Two", previous_response_id=first["id"])
    assert texts(items(gateway, second["id"], "?order=asc")["data"]) == ["One", speakers.TEXT, "Two"]
    delete(gateway, first["id"])
    assert texts(items(gateway, second["id"])["data"]) == ["Two"]


@pytest.mark.parametrize("query,param", [("limit=0", "limit"), ("limit=101", "limit"), ("limit=x", "limit"),
                                         ("order=up", "order"), ("after=msg_9", "after")])
def test_a_page_that_cannot_be_is_refused(gateway, query, param):
    made = create(gateway)
    assert error_of(get(gateway, made["id"], "/input_items?" + query), 400)["param"] == param


# --- what is not stored

@streamed
def test_store_false_stores_nothing(gateway, upstream, stream):
    made = create(gateway, stream=stream, store=False)
    assert made["store"] is False
    error_of(get(gateway, made["id"]), 404)
    reply = gateway.post("/v1/responses", {"model": "a", "input": "x", "previous_response_id": made["id"]})
    assert error_of(reply, 400)["code"] == "previous_response_not_found" and len(upstream.requests) == 1


def test_what_is_stored_here_is_not_stored_at_the_provider(start, config, upstream):
    gateway = start(config(fields={"type": "openai"}))
    create(gateway, store=True)
    assert "store" not in upstream.requests[-1].json()
    create(gateway, store=False)
    assert upstream.requests[-1].json()["store"] is False


@streamed
def test_without_a_store_nothing_claims_to_be_stored(start, config, upstream, stream):
    gateway = start(config(responses={"store": False}))
    made = create(gateway, stream=stream)
    assert made["store"] is False
    error_of(get(gateway, made["id"]), 404)
    reply = gateway.post("/v1/responses", {"model": "a", "input": "x", "previous_response_id": made["id"]})
    error = error_of(reply, 400)
    assert error["code"] == "previous_response_not_found" and "responses.store" in error["message"]
    assert len(upstream.requests) == 1


@streamed
def test_what_is_too_large_is_answered_and_not_stored(start, config, stream):
    gateway = start(config(responses={"max_response": "4KiB"}))
    body = {"model": "a", "input": "x" * 5000, "stream": stream}
    reply = gateway.post("/v1/responses", body)
    assert reply.status == 200
    made = json.loads(sse_data(reply.body)[-1])["response"] if stream else reply.json()
    assert made["store"] is False and texts(made["output"]) == [speakers.TEXT]
    error_of(get(gateway, made["id"]), 404)


def test_a_failed_stream_is_not_stored(gateway, upstream):
    begun = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "up",
             "choices": [{"index": 0, "delta": {"role": "assistant", "content": "It"}, "finish_reason": None}]}
    upstream.script.append(steps.stream(begun, {"error": {"message": "boom", "type": "server_error"}}, end=False))
    reply = gateway.post("/v1/responses", {"model": "a", "input": "x", "stream": True})
    events = [json.loads(event) for event in sse_data(reply.body)]
    last = events[-1]["response"]
    assert events[-1]["type"] == "response.failed" and last["store"] is False
    error_of(get(gateway, last["id"]), 404)


def test_a_dry_run_stores_nothing(gateway, tmp_path):
    reply = gateway.post("/v1/responses", {"model": "a", "input": "x"}, headers={"x-headgate-dry-run": "1"})
    assert reply.status == 200
    with sqlite3.connect(tmp_path / "data/responses.db") as stored:
        assert stored.execute("SELECT count(*) FROM response").fetchone() == (0,)


# --- what cannot be

@pytest.mark.parametrize("member,value", [("conversation", "conv_1"), ("conversation", {"id": "conv_1"}),
                                          ("background", True)])
def test_what_no_store_gives_is_refused_by_name(gateway, upstream, member, value):
    reply = gateway.post("/v1/responses", {"model": "a", "input": "x", member: value})
    error = error_of(reply, 422)
    assert error["param"] == member and error["code"] == "capability_unavailable" and upstream.received == 0


def test_an_unknown_response_to_stand_on_is_named(gateway, upstream):
    reply = gateway.post("/v1/responses", {"model": "a", "input": "x", "previous_response_id": UNKNOWN})
    error = error_of(reply, 400)
    assert error["code"] == "previous_response_not_found" and error["param"] == "previous_response_id"
    assert error["type"] == "invalid_request_error" and UNKNOWN in error["message"] and upstream.received == 0


def test_nothing_can_be_cancelled(gateway):
    made = create(gateway)
    error = error_of(gateway.post(f"/v1/responses/{made['id']}/cancel", {}), 400)
    assert "background" in error["message"]
    error_of(gateway.post(f"/v1/responses/{UNKNOWN}/cancel", {}), 404)


def test_a_stored_response_is_not_streamed_again(gateway):
    made = create(gateway)
    assert error_of(get(gateway, made["id"], "?stream=true"), 400)["param"] == "stream"
    assert get(gateway, made["id"], "?include[]=reasoning.encrypted_content").status == 200


def test_only_what_is_served_is_served(gateway):
    made = create(gateway)
    assert error_of(get(gateway, made["id"], "/elsewhere"), 404)["code"] == "unknown_url"
    assert error_of(gateway.post(f"/v1/responses/{made['id']}", {}), 404)["code"] == "unknown_url"
    refused = gateway.call("PUT", f"/v1/responses/{made['id']}")
    assert refused.status == 405 and refused.get("allow") == "GET, HEAD, POST, DELETE"


# --- whose it is

def test_a_response_belongs_to_its_tenant(start, config, upstream):
    gateway = start(config(access={"auth": "required"}))
    ada, bob = ({"authorization": f"Bearer {gateway.new_key(name)['key']}"} for name in ("ada", "bob"))
    for who in (ada, bob):
        assert eventually(lambda who=who: gateway.get("/v1/models", headers=who).status == 200)
    made = create(gateway, headers=ada)
    unknown = [error_of(reply, 404)["message"].replace(made["id"], UNKNOWN) for reply in
               (get(gateway, made["id"], headers=bob), delete(gateway, made["id"], headers=bob),
                get(gateway, made["id"], "/input_items", headers=bob))]
    assert unknown == [error_of(get(gateway, UNKNOWN, headers=bob), 404)["message"]] * 3, "told apart from unknown ones"
    reply = gateway.post("/v1/responses", {"model": "a", "input": "x", "previous_response_id": made["id"]}, headers=bob)
    assert error_of(reply, 400)["code"] == "previous_response_not_found"
    named = {"model": "a", "input": [{"type": "item_reference", "id": made["output"][0]["id"]}]}
    error_of(gateway.post("/v1/responses", named, headers=bob), 404)
    assert len(upstream.requests) == 1
    error_of(get(gateway, made["id"]), 401)
    assert get(gateway, made["id"], headers=ada).json() == made


# --- how long

@pytest.mark.parametrize("end", ["stop", "kill"])
def test_responses_survive_the_daemon(start, config, upstream, end):
    first = start(config())
    made = create(first, input="My name is Ada.")
    getattr(first, end)()
    again = start(config())
    assert get(again, made["id"]).json() == made
    create(again, input="Who am I?", previous_response_id=made["id"])
    assert ("user", "My name is Ada.") in said_upstream(upstream)


def test_a_response_is_kept_as_long_as_is_said(start, config):
    gateway = start(config(responses={"keep": "1s"}))
    made = create(gateway)
    assert eventually(lambda: get(gateway, made["id"]).status == 404)


def test_a_reload_changes_what_is_kept(start, config):
    gateway = start(config())
    made = create(gateway)
    gateway.reload(config(responses={"keep": "1s"}))
    assert eventually(lambda: get(gateway, made["id"]).status == 404)
    gateway.reload(config(responses={"store": False}))
    assert eventually(lambda: create(gateway)["store"] is False)
    gateway.reload(config())
    assert eventually(lambda: create(gateway)["store"] is True)


def test_the_oldest_of_a_tenant_makes_room(start, config):
    gateway = start(config(responses={"max_tenant": "64KiB"}))
    made = [create(gateway, input="x" * 10_000)["id"] for _ in range(10)]
    known = [get(gateway, one).status == 200 for one in made]
    assert known == sorted(known) and known[-1] and not known[0]


def test_what_others_write_at_once_is_all_found(gateway):
    made, faults = [], []

    def talk(name):
        try:
            first = create(gateway, input=f"I am {name}.", stream=True)
            second = create(gateway, input="Who?", previous_response_id=first["id"])
            listed = texts(items(gateway, second["id"], "?order=asc")["data"])
            assert listed == [f"I am {name}.", speakers.TEXT, "Who?"]
            made.append(second["id"])
        except Exception as fault:  # told to the test below
            faults.append(fault)

    threads = [threading.Thread(target=talk, args=(f"guest {i}",)) for i in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not faults and len(set(made)) == 16


# --- when the file fails

@streamed
def test_an_answer_that_cannot_be_stored_is_an_answer(gateway, tmp_path, stream):
    made = create(gateway)
    holder = sqlite3.connect(tmp_path / "data/responses.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    try:
        reply = gateway.post("/v1/responses", {"model": "a", "input": "x", "stream": stream})
        last = json.loads(sse_data(reply.body)[-1])["response"] if stream else reply.json()
        assert reply.status == 200 and last["store"] is False and texts(last["output"]) == [speakers.TEXT]
        assert get(gateway, made["id"]).json() == made, "what is stored can be read"
        assert eventually(lambda: any("not stored" in line for line in gateway.logs))
        assert eventually(lambda: gateway.metrics().total("headgate_responses_not_stored_total") == 1)
    finally:
        holder.execute("ROLLBACK")
        holder.close()
    error_of(get(gateway, last["id"]), 404)
    assert create(gateway)["store"] is True


def test_a_damaged_file_is_told_at_the_start(start, config, tmp_path):
    (tmp_path / "data").mkdir(mode=0o700)
    file = tmp_path / "data/responses.db"
    file.write_bytes(b"no database at all " * 500)
    file.chmod(0o600)
    with pytest.raises(AssertionError, match="responses.db.*Move it away"):
        start(config())


def test_the_file_is_its_owners_alone(gateway, tmp_path):
    create(gateway)
    assert (tmp_path / "data/responses.db").stat().st_mode & 0o077 == 0


def test_an_item_named_many_times_is_not_brought_in_without_end(gateway):
    made = create(gateway, input="x" * 1_000_000)
    item = get(gateway, made["id"], "/input_items").json()["data"][0]["id"]
    named = {"type": "item_reference", "id": item}
    assert gateway.post("/v1/responses", {"model": "a", "input": [named] * 3}).status == 200
    error = error_of(gateway.post("/v1/responses", {"model": "a", "input": [named] * 100}), 400)
    assert "more than can be joined" in error["message"]


def test_an_item_without_anything_is_not_looked_up(gateway):
    for item in ({}, {"content": "hi"}):
        error_of(gateway.post("/v1/responses", {"model": "a", "input": [item]}), 400)


@streamed
def test_nothing_of_a_deleted_response_stays_in_its_files(gateway, tmp_path, stream):
    made = create(gateway, stream=stream, input="MARKER-4711")
    files = lambda: [path for path in tmp_path.rglob("responses.db*") if b"MARKER-4711" in path.read_bytes()]
    assert files()
    assert delete(gateway, made["id"]).status == 200
    assert files() == []
