"""What the daemon says of prices that can no longer be relied on, and of its ledger."""

import json

import pytest
from support import configs
from support.polling import eventually

SEEK = {"type": "deepseek", "key": "none", "base_url": "http://127.0.0.1:9/v1"}
TOLD = {"unknown_price": "nobody says what these models cost", "old_price": "the prices of these models are old",
        "past_deprecation": "these models are past their deprecation date",
        "disagreement": "lists disagree about the prices of these models"}


def row(model, price="0.5", source="a-list", as_of="2099-01-01", **fields):
    return json.dumps({"vendor": "deepseek", "model": model, "source": source, "as_of": as_of,
                       "price": {"input": price, "output": "1"}, **fields})


@pytest.fixture
def sought(start, tmp_path):
    """A daemon whose models are at one vendor, with rows of a catalog of its own."""
    def begin(models, rows=(), **sections):
        folder = tmp_path / "data/catalog"
        folder.mkdir(parents=True)
        (folder / "mine.jsonl").write_text("".join(row + "\n" for row in rows))
        return start(config(models, **sections))

    def config(models, **sections):
        entries = {name: {"provider": "seek", **fields} for name, fields in models.items()}
        return configs.gateway(tmp_path, {"seek": SEEK}, entries, **sections)

    begin.config = config
    return begin


def figures(gateway):
    metrics = gateway.metrics()
    return {kind: metrics.total("headgate_catalog_alarms", kind=kind) for kind in TOLD}


def lines(gateway, kind):
    found = [json.loads(line) for line in gateway.logs if line.startswith("{") and f'"{kind}"' in line]
    return [line["models"] for line in found if line["msg"] == TOLD[kind] and line["way_out"]]


def test_each_concern_is_one_line_at_the_start_and_a_figure(sought):
    rows = [row("fine"), row("gone", deprecation="2020-01-01"), row("old", as_of="2020-01-01"),
            row("contested"), row("contested", price="2", source="another")]
    models = {"fine": {}, "gone": {}, "old": {}, "contested": {}, "odd": {"upstream": "no-such-model"},
              "odd-too": {"upstream": "no-such-model"}}
    gateway = sought(models, rows)
    assert eventually(lambda: all(lines(gateway, kind) for kind in TOLD)), gateway.logs
    assert [lines(gateway, kind) for kind in TOLD] == [["odd, odd-too"], ["old"], ["gone"], ["contested"]]
    assert figures(gateway) == {"unknown_price": 2, "old_price": 1, "past_deprecation": 1, "disagreement": 1}
    told = {(one["concern"], one["model"]) for one in gateway.run("catalog", "age", "--json")}
    assert told == {("unknown_price", "no-such-model"), ("old_price", "old"), ("past_deprecation", "gone"),
                    ("disagreement", "contested")}


def test_a_reload_that_states_a_price_ends_the_alarm(sought):
    gateway = sought({"odd": {}})
    assert eventually(lambda: figures(gateway)["unknown_price"] == 1), gateway.logs
    gateway.reload(sought.config({"odd": {"price": {"input": "$1", "output": "$2"}}}))
    assert eventually(lambda: figures(gateway)["unknown_price"] == 0), gateway.logs
    assert lines(gateway, "unknown_price") == ["odd"]
    assert gateway.run("catalog", "age", "--json") == []


def test_the_limit_on_age_is_that_of_the_configuration(sought):
    gateway = sought({"old": {}}, [row("old", as_of="2024-01-01")], catalog={"max_price_age": "3650d"})
    assert eventually(lambda: figures(gateway)["old_price"] == 0), gateway.logs
    assert gateway.run("catalog", "age", "--json") == []
    assert [one["concern"] for one in gateway.run("catalog", "age", "--max-age", "1", "--json")] == ["old_price"]


def test_the_ledger_tells_how_many_rows_are_unprotected(farm):
    gateway = farm.start({"a": {}})
    assert gateway.metrics().total("headgate_ledger_unprotected_rows") == 0
