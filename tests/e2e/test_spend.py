"""What was spent: its sums, and that they are still there after the process is gone."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from decimal import Decimal
from urllib.parse import quote

import pytest
from support import configs, payloads, steps
from support.farm import ask
from support.headgate import Gateway
from support.polling import eventually
from support.spending import ONE, PRICE_OF_ONE, near, said_cost, spent, usage


def test_spend_is_summed_as_asked(farm):
    gateway = farm.start({"a": {"price": PRICE_OF_ONE}, "b": {"price": PRICE_OF_ONE}})
    key = gateway.new_key("acme")["key"]
    acme = {"authorization": f"Bearer {key}"}

    assert eventually(lambda: gateway.get("/v1/models", headers=acme).status == 200)
    assert eventually(lambda: gateway.plan(payloads.chat("a"), **acme)["tenant"] == "acme")
    for name, headers in (("a", acme), ("a", acme), ("b", acme), ("a", {})):
        assert ask(gateway, name, headers=headers).status == 200

    def rows(query):
        keys = ("tenant", "model", "provider", "day")
        found = spent(gateway, query, attempts=4)["rows"]
        return {tuple(row[key] for key in keys if key in row): row["usd"] for row in found}

    assert spent(gateway, attempts=4)["total_usd"] == near(4 * ONE)
    by_tenant = rows("?by=tenant")
    assert by_tenant["acme",] == near(3 * ONE) and by_tenant["default",] == near(ONE)
    assert rows("?by=model&tenant=acme")["a",] == near(2 * ONE)
    assert set(rows("?by=tenant,model,provider")) == {("acme", "a", "at-a"), ("acme", "b", "at-b"),
                                                      ("default", "a", "at-a")}
    today = datetime.now(timezone.utc).date().isoformat()
    assert set(rows("?by=day")) == {(today,)}
    assert spent(gateway, f"?from={today}&to={today}&provider=at-b", attempts=4)["total_usd"] == near(ONE)
    assert spent(gateway, "?from=2001-01-01&to=2001-12-31", attempts=4)["total_usd"] == 0


@pytest.mark.parametrize("query", ["?by=colour", "?from=yesterday", "?colour=red", "?by=tenant,,"])
def test_a_malformed_query_is_400_and_says_what_it_takes(farm, query):
    gateway = farm.start({"a": {}})
    reply = gateway.get(f"/admin/v1/spend{query}", address=gateway.admin)
    assert reply.status == 400 and reply.error()["param"], reply


def test_counters_rows_and_bills_agree_under_load(farm):
    """The same sum by the provider's own count, the headers, the metric, and the ledger."""
    counted = [usage(10 + i % 7, 1 + i % 5) for i in range(120)]
    bills, left = [], iter(counted)

    def answer(peer, asked):
        bills.append(next(left))
        steps.reply(payloads.completion(usage=bills[-1]))(peer, asked)

    farm["a"].default = answer
    gateway = farm.start({"a": {"price": PRICE_OF_ONE}}, server={"workers": 2})
    with ThreadPoolExecutor(12) as pool:
        headers = sum(pool.map(lambda _: said_cost(ask(gateway, "a")), range(120)))
    rate = Decimal("0.000001")
    charged = sum((bill["prompt_tokens"] * 2 + bill["completion_tokens"] * 4) * rate for bill in bills)
    assert headers == charged
    assert spent(gateway, attempts=120)["total_usd"] == near(charged)
    assert gateway.metrics().total("headgate_cost_usd_total", model="a") == near(charged)


@pytest.mark.parametrize("end", [Gateway.stop, Gateway.kill], ids=["stopped", "killed"])
def test_spending_outlives_the_process(farm, start, end):
    config = farm.config({"a": {"price": PRICE_OF_ONE}})
    gateway = start(config)
    for _ in range(7):
        assert ask(gateway, "a").status == 200
    before = spent(gateway, attempts=7)
    end(gateway)
    again = start(config)
    assert spent(again, attempts=7) == before and before["total"]["successes"] == 7
    assert ask(again, "a").status == 200
    assert spent(again, attempts=8)["total"]["successes"] == 8


def test_an_answer_under_way_is_counted_across_a_reload(farm):
    """Also when its model is gone by then."""
    answer_now = threading.Event()
    farm["a"].default = steps.play(steps.wait_for(answer_now), steps.answer_with("from a"))
    patient = {"timeouts": {**configs.QUICK, "first_byte": "20s", "total": "30s"}}
    gateway = farm.start({"a": {"price": PRICE_OF_ONE, "at": patient}, "b": {}})
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(ask, gateway, "a")
        assert farm["a"].wait_for_requests(1)
        farm.reload(gateway, {"b": {}})
        answer_now.set()
        assert said_cost(waiting.result(15)) == ONE
    assert spent(gateway, "?by=model")["rows"][0]["model"] == "a"


@pytest.mark.parametrize("tenant", ["R&D", "a/b", "50%", "a+b=c"])
def test_spending_of_a_tenant_of_any_name_can_be_asked_for(farm, tenant):
    gateway = farm.start({"a": {"price": PRICE_OF_ONE}})
    acme = {"authorization": f"Bearer {gateway.new_key(tenant)['key']}"}
    assert eventually(lambda: gateway.plan(payloads.chat("a"), **acme)["tenant"] == tenant)
    assert ask(gateway, "a", headers=acme).status == 200
    assert spent(gateway, f"?by=tenant&tenant={quote(tenant, safe='')}")["rows"][0]["tenant"] == tenant
