"""Budgets under load and over time: nobody overshoots, nothing is counted twice, nothing is forgotten."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from support import configs, payloads, steps
from support.client import request
from support.farm import ask
from support.headgate import Gateway
from support.http1 import Cut
from support.polling import eventually
from support.spending import ONE, PRICE_OF_ONE, budget, is_refused, near, said_cost, spent, state, use_up

PATIENT = {"timeouts": {**configs.QUICK, "first_byte": "20s", "between_bytes": "20s", "total": "30s"}}


def test_two_hundred_at_once_do_not_overshoot_a_budget_that_fits_ten(farm):
    """By more than one request; and the provider, the headers, the budget and the ledger count the same."""
    together = threading.Barrier(200)
    gateway = farm.start({"a": {"price": PRICE_OF_ONE}}, budgets=[budget(ONE * 10)], server={"workers": 2})

    def one(_):
        together.wait(30)
        return ask(gateway, max_tokens=3)

    with ThreadPoolExecutor(200) as pool:
        replies = list(pool.map(one, range(200)))
    answered = [reply for reply in replies if reply.status == 200]
    assert all(reply.status == 200 or is_refused(reply) for reply in replies)
    assert 1 <= len(answered) <= 11 and farm.asked("a") == len(answered)
    now = state(gateway)
    assert now["spent_usd"] == near(len(answered) * ONE) and now["reserved_usd"] == 0
    assert sum(map(said_cost, answered)) == len(answered) * ONE
    assert spent(gateway, attempts=len(answered))["total_usd"] == near(len(answered) * ONE)
    later, _ = use_up(gateway)
    assert len(answered) + later == 10, "what was only reserved is free again"


def test_while_nobody_has_answered_no_more_are_let_in_than_fit(farm):
    """What is under way is reserved: here nobody answers before all others were judged."""
    answer_now = threading.Event()
    farm["a"].default = steps.play(steps.wait_for(answer_now), steps.answer_with("at last"))
    gateway = farm.start({"a": {"price": PRICE_OF_ONE, "at": PATIENT}}, budgets=[budget(ONE * 100)])
    with ThreadPoolExecutor(200) as pool:
        waiting = [pool.submit(ask, gateway, max_tokens=3) for _ in range(200)]
        assert eventually(lambda: sum(one.done() for one in waiting) + farm.asked("a") == 200, within=20)
        under_way, reserved = farm.asked("a"), state(gateway)["reserved_usd"]
        answer_now.set()
        replies = [one.result(30) for one in waiting]
    answered = sum(reply.status == 200 for reply in replies)
    assert 2 <= answered == under_way <= 100 and sum(map(is_refused, replies)) == 200 - answered
    assert 0 < reserved <= float(100 * ONE) and state(gateway)["reserved_usd"] == 0
    assert state(gateway)["spent_usd"] == near(answered * ONE)


def test_clients_that_leave_give_back_what_was_reserved(farm):
    farm["a"].default = steps.stall()
    gateway = farm.start({"a": {"price": PRICE_OF_ONE, "at": PATIENT}}, budgets=[budget(ONE * 10_000)])
    clients = [gateway.client() for _ in range(5)]
    try:
        for client in clients:
            client.send(request("POST", "/v1/chat/completions", body=payloads.chat(max_tokens=3)))
        assert farm["a"].wait_for_requests(5) and state(gateway)["reserved_usd"] > 0
    finally:
        for client in clients:
            client.close()
    assert eventually(lambda: state(gateway)["reserved_usd"] == 0)


def test_a_reload_goes_on_counting_also_with_another_limit(farm):
    models = {"a": {"price": PRICE_OF_ONE}}
    gateway = farm.start(models, budgets=[budget(ONE * 2)])
    use_up(gateway)
    before = state(gateway)["spent_usd"]
    assert before > 0
    farm.reload(gateway, models, budgets=[budget(ONE * 2)], log={"level": "debug"})
    assert state(gateway)["spent_usd"] == near(before) and is_refused(ask(gateway, max_tokens=3))
    farm.reload(gateway, models, budgets=[budget(ONE * 6)])
    assert state(gateway)["spent_usd"] == near(before) and ask(gateway, max_tokens=3).status == 200


def test_a_new_budget_counts_what_was_spent_before_it(farm):
    models = {"a": {"price": PRICE_OF_ONE}}
    gateway = farm.start(models)
    for _ in range(3):
        assert ask(gateway).status == 200
    assert spent(gateway, attempts=3)
    farm.reload(gateway, models, budgets=[budget(ONE * 3)])
    assert state(gateway)["spent_usd"] == near(3 * ONE) and is_refused(ask(gateway))


@pytest.mark.parametrize("window", ["24h", "month"])
@pytest.mark.parametrize("end", [Gateway.stop, Gateway.kill], ids=["stopped", "killed"])
def test_a_restart_goes_on_counting(farm, start, end, window):
    config = farm.config({"a": {"price": PRICE_OF_ONE}}, budgets=[budget(ONE * 3, window=window)])
    gateway = start(config)
    for _ in range(2):
        assert ask(gateway).status == 200
    assert spent(gateway, attempts=2)
    end(gateway)
    again = start(config)
    assert state(again)["spent_usd"] == near(2 * ONE) and state(again)["attempts"] == 2
    assert ask(again).status == 200
    assert is_refused(ask(again)) and farm.asked("a") == 3


def test_a_kill_under_load_loses_nothing_that_was_durable_and_counts_nothing_twice(farm, start):
    config = farm.config({"a": {"price": PRICE_OF_ONE}}, budgets=[budget(1)])
    durable = 0
    for _ in range(3):
        gateway = start(config)
        before = gateway.look("spend")["total"]["attempts"]
        assert before >= durable and state(gateway)["attempts"] == before <= farm.asked("a")
        assert gateway.look("spend")["total_usd"] == state(gateway)["spent_usd"] == near(before * ONE)

        def ask_until_killed(_, gateway=gateway):
            try:
                while ask(gateway).status == 200:
                    pass
            except (Cut, OSError):
                pass

        with ThreadPoolExecutor(8) as pool:
            running = [pool.submit(ask_until_killed, i) for i in range(8)]
            assert eventually(lambda: gateway.metrics().total("headgate_ledger_rows_total") >= 40, within=20)
            durable = before + int(gateway.metrics().total("headgate_ledger_rows_total"))
            gateway.kill()
            for one in running:
                one.result(15)
