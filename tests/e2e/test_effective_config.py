"""`/admin/v1/config`: the whole configuration in use."""

import json
import subprocess

import pytest
from support.headgate import BINARY

SECTIONS = {"server", "data_dir", "log", "access", "providers", "models", "pools", "rules", "scheduler", "failover",
            "breakers", "budgets", "catalog", "responses", "drills", "origin"}


@pytest.fixture
def sections():
    return {
        "access": {"auth": "open", "zones": {"house": {"networks": ["127.0.0.0/8"]}}},
        "rules": [{"when": {"zone": "house", "tools": True}, "use": {"objective": "cost", "max_cost": "$0.5"}}],
        "budgets": [{"name": "month", "window": "month", "limit": "$20"}],
        "drills": {"every": "36h"},
        "scheduler": {"window": "90s"},
    }


def test_it_shows_every_section_with_its_defaults(farm, sections):
    shown = farm.start({"a": {"context_window": 1000}}, **sections).look("config")
    assert set(shown) == SECTIONS
    assert shown["access"] == sections["access"]
    assert shown["rules"] == [{"name": "rule 1", **sections["rules"][0], "when": {"tools": True, "zone": ["house"]}}]
    assert shown["scheduler"]["window"] == "90s" and shown["scheduler"]["assumed_output"] == 512
    assert shown["breakers"]["open_for"] == "5s" and shown["failover"]["context_overflow"] == "larger"
    assert shown["responses"]["keep"] == "30d"
    assert shown["budgets"][0]["zone"] == "UTC" and shown["drills"]["live_tag"] == "drill"
    assert shown["models"]["a"]["context_window"] == 1000


def test_it_is_a_configuration(farm, sections, tmp_path):
    shown = farm.start({"a": {}}, **sections).look("config")
    del shown["origin"]
    file = tmp_path / "shown.yaml"
    file.write_text(json.dumps(shown))
    done = subprocess.run([str(BINARY), "check", "--config", str(file)], capture_output=True, text=True, timeout=20)
    assert done.returncode == 0, done


def test_it_shows_the_catalogs_facts_and_who_stated_the_price(farm):
    known = {"upstream": "deepseek-chat", "at": {"type": "deepseek"}}
    gateway = farm.start({"a": known, "b": {"price": {"input": "$3"}}, "c": {}})
    shown = gateway.look("config")
    assert shown["models"]["a"]["price"]["input"].startswith("$") and shown["models"]["a"]["context_window"] > 1000
    assert shown["origin"]["prices"]["b"] == {"source": "configuration"}
    assert set(shown["origin"]["prices"]["a"]) == {"source", "as_of"} and "c" not in shown["origin"]["prices"]
    assert shown["origin"]["file"] == str(gateway.config_file)


def test_it_shows_no_secret(farm, tmp_path):
    (tmp_path / "key").write_text("sk-very-secret-0123456789")
    (tmp_path / "key").chmod(0o600)
    at = {"key": f"file:{tmp_path / 'key'}", "headers": {"X-Team": "blue-and-secret"}}
    shown = farm.start({"a": {"at": at}}).look("config")
    assert shown["providers"]["at-a"]["key"] == at["key"] and set(shown["providers"]["at-a"]["headers"]) == {"X-Team"}
    assert "secret-0123" not in json.dumps(shown) and "blue-and-secret" not in json.dumps(shown)


def test_a_reload_is_shown(farm, sections):
    gateway = farm.start({"a": {}}, **sections)
    farm.reload(gateway, {"a": {}}, **{**sections, "scheduler": {"window": "2m"}})
    assert gateway.look("config")["scheduler"]["window"] == "2m"
