"""How hard a request looks says how much quality counts in the plan."""

import pytest
from support import payloads
from support.farm import chosen

RIDDLE = ("For which of these two scenarios does the main character do something clearly morally wrong? Scenario 1 | I "
          "hid my brother's crutches. Scenario 2 | I lent my brother a coat.\nA. Wrong, Wrong\nB. Wrong, Not wrong\n"
          "C. Not wrong, Wrong\nD. Not wrong, Not wrong")
EASY = "Which religion has the Torah as its holy book? A. Islam B. Judaism C. Hinduism D. Buddhism"
STEADY = {"temperature": 0, "exploration": 0}
PRICES = {"strong": {"input": "$4", "output": "$16"}, "weak": {"input": "$1", "output": "$4"}}
MODELS = {"strong": {"quality": {"question_answering": 0.85, "chat": 0.85}, "price": PRICES["strong"]},
          "weak": {"quality": {"question_answering": 0.65, "chat": 0.65}, "price": PRICES["weak"]}}


@pytest.fixture
def gateway(farm):
    return farm.start(MODELS, scheduler=STEADY)


def plan(gateway, text, model="pool:default"):
    return gateway.plan(payloads.chat(model, text))


def quality(decision):
    return {one["model"]: one["score"]["quality"] for one in decision["candidates"]}


def test_quality_counts_more_where_more_is_to_be_gained(gateway):
    hard, easy = plan(gateway, RIDDLE), plan(gateway, EASY)
    assert hard["difficulty"] > 0.65 > 0.35 > easy["difficulty"]
    gap = [quality(one)["strong"] - quality(one)["weak"] for one in (hard, easy)]
    assert gap[0] > 2 * gap[1] > 0
    assert [one["candidates"][0]["model"] for one in (hard, easy)] == ["strong", "weak"]


def test_a_request_that_is_sent_is_planned_like_that(gateway):
    replies = [gateway.chat(payloads.chat("pool:default", text)) for text in (RIDDLE, EASY)]
    assert [chosen(reply) for reply in replies] == ["strong", "weak"]
    assert gateway.decision(replies[0])["difficulty"] > 0.65
    assert "It looked harder than usual, so quality counted more." in gateway.explain(replies[0])


def test_nobody_asks_where_it_makes_no_difference(gateway, farm):
    for model in ("strong", "pool:default:floor"):
        assert plan(gateway, RIDDLE, model)["difficulty"] is None
    farm.reload(gateway, {"strong": {}, "weak": {}}, scheduler=STEADY)
    assert plan(gateway, RIDDLE)["difficulty"] is None, "nobody says which one is better"


def test_what_says_nothing_is_as_hard_as_usual(gateway):
    assert plan(gateway, "...")["difficulty"] == pytest.approx(0.5, abs=0.15)
