"""Prices, bills and budgets, as the tests of what requests cost share them."""

from decimal import Decimal

import pytest

from support.farm import ask
from support.polling import eventually

# An answer of scripted providers has 9 tokens of input and 3 of output, and costs ONE at this price.
PRICE_OF_ONE = {"input": "$0.002", "output": "$0.004", "per": "1K"}
ONE = Decimal("0.00003")


def usage(prompt, completion, cached=None, reasoning=None):
    counted = {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}
    if cached is not None:
        counted["prompt_tokens_details"] = {"cached_tokens": cached}
    if reasoning is not None:
        counted["completion_tokens_details"] = {"reasoning_tokens": reasoning}
    return counted


def near(dollars):
    """What a JSON number of these dollars must equal: as near as doubles come."""
    return pytest.approx(float(dollars), rel=1e-12, abs=1e-15)


def said_cost(reply):
    value = reply.get("x-headgate-cost-usd")
    return None if value is None else Decimal(value)


def spent(gateway, query="", attempts=1):
    """The page of spending, once so many attempts are in the ledger; it is written a moment after the answer."""
    assert eventually(lambda: gateway.look("spend")["total"]["attempts"] == attempts), gateway.look("spend")
    return gateway.look("spend" + query)


def budget(limit, **fields):
    return {"name": "the limit", "window": "24h", "limit": f"${limit}", **fields}


def state(gateway, name="the limit"):
    return next(one for one in gateway.look("budgets")["budgets"] if one["name"] == name)


def is_refused(reply):
    if reply.status != 429:
        return False
    error = reply.error()
    assert (error["type"], error["code"]) == ("insufficient_quota", "budget_exceeded")
    assert reply.get("x-should-retry") == "false"
    return True


def use_up(gateway, *arguments, at_most=20, **fields):
    """Asks until a budget refuses; how many were answered, and the refusal."""
    for answered in range(at_most):
        reply = ask(gateway, *arguments, max_tokens=3, **fields)
        if is_refused(reply):
            return answered, reply
        assert reply.status == 200, reply
    raise AssertionError(f"{at_most} answers and no end")
