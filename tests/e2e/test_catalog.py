"""The catalog's verbs: what is known, what a list would change, what is taken over, what is old."""

import json
import subprocess
from pathlib import Path

import pytest
from support import configs

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures/catalog"


class Verbs:
    """`headgate catalog ...` against a configuration with one model of a known vendor."""

    def __init__(self, binary, folder):
        self.binary, self.folder = binary, folder
        self.config = folder / "headgate.yaml"
        self.data = folder / "data/catalog"
        provider = {"type": "deepseek", "key": "none", "base_url": "http://127.0.0.1:9/v1"}
        models = {"chat": {"provider": "seek", "upstream": "deepseek-chat"},
                  "odd": {"provider": "seek", "upstream": "no-such-model"}}
        self.config.write_text(json.dumps(configs.gateway(folder, {"seek": provider}, models)))

    def run(self, *arguments):
        return subprocess.run([str(self.binary), "catalog", *arguments, "--config", str(self.config)],
                              capture_output=True, text=True, timeout=20, cwd=self.folder)

    def json(self, *arguments):
        done = self.run(*arguments, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def text(self, *arguments):
        done = self.run(*arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def refused(self, *arguments):
        done = self.run(*arguments)
        assert done.returncode == 2 and not done.stdout, (done.returncode, done.stdout)
        return done.stderr

    def price(self, model):
        return self.json("show", model)[0]["price"]


@pytest.fixture
def catalog(binary, tmp_path):
    return Verbs(binary, tmp_path)


def test_every_verb_explains_itself(catalog):
    for verb in ("show", "import", "diff", "age"):
        assert "--config" in catalog.text(verb, "--help")


def test_show_lists_all_models_and_all_facts_of_one(catalog):
    rows = catalog.json("show")
    assert len(rows) > 500 and {"openai", "anthropic", "bedrock"} <= {row["vendor"] for row in rows}
    assert catalog.text("show").startswith("VENDOR")
    assert catalog.json("show", "deepseek/deepseek-chat")[0]["price"]["input"] == "0.28"
    assert "price.input" in catalog.text("show", "deepseek-chat")
    assert {row["vendor"] for row in catalog.json("show", "gpt-4o")} >= {"openai", "azure"}


def test_show_names_the_closest_model(catalog):
    assert "did you mean gpt-4o" in catalog.refused("show", "gtp-4o")


def test_import_shows_first_and_writes_on_yes(catalog):
    file = FIXTURES / "deepseek.json"
    shown = catalog.text("import", str(file))
    assert "deepseek/deepseek-chat" in shown and "nothing written" in shown and "not priced in dollars" in shown
    assert not catalog.data.exists() and catalog.price("deepseek/deepseek-chat")["input"] == "0.28"

    report = catalog.json("import", str(file), "--as-of", "2026-08-21", "--yes")
    assert report["source"] == "portkey" and report["models"] == 2 and Path(report["written"]).exists()
    changed = {"vendor": "deepseek", "model": "deepseek-chat", "field": "price.input", "before": "0.28", "after": "0.14"}
    assert changed in report["differences"]
    assert catalog.price("deepseek/deepseek-chat")["input"] == "0.14"
    assert [path.name for path in catalog.data.iterdir()] == ["imported.jsonl"]
    assert catalog.json("import", str(file), "--as-of", "2026-08-21", "--yes")["differences"] == []


@pytest.mark.parametrize("name,source", [("litellm.json", "litellm"), ("deepseek.json", "portkey"),
                                         ("openrouter.json", "openrouter")])
def test_import_knows_a_list_by_its_shape(catalog, name, source):
    assert catalog.json("import", str(FIXTURES / name), "--force")["source"] == source


def test_import_refuses_a_list_that_lost_most_prices(catalog):
    file = str(FIXTURES / "litellm.json")
    assert "--force" in catalog.refused("import", file, "--yes")
    assert not catalog.data.exists()
    assert catalog.json("import", file, "--yes", "--force")["written"]


def test_import_refuses_what_it_cannot_read(catalog):
    cut = catalog.folder / "cut.json"
    cut.write_text((FIXTURES / "litellm.json").read_text()[:2000])
    assert "cut.json" in catalog.refused("import", str(cut))
    assert "there is no file" in catalog.refused("import", str(catalog.folder / "absent.json"))
    assert "--as-of" in catalog.refused("import", str(FIXTURES / "deepseek.json"), "--as-of", "today")


def test_rows_of_ones_own_have_the_last_word(catalog):
    catalog.run("import", str(FIXTURES / "deepseek.json"), "--yes")
    (catalog.data / "aaa.jsonl").write_text('{"vendor":"deepseek","model":"deepseek-chat","price":{"input":"0.07"}}\n')
    assert catalog.price("deepseek/deepseek-chat") == {"input": "0.07"}


def test_a_bad_row_is_named_with_its_place(catalog):
    catalog.data.mkdir(parents=True)
    (catalog.data / "own.jsonl").write_text('{"vendor":"a","model":"m"}\n{"vendor":"a","model":"m","prize":{}}\n')
    message = catalog.refused("show")
    assert "own.jsonl:2: a row has no \"prize\". Did you mean `price`?" in message


def test_diff_names_disagreements(catalog):
    file = str(FIXTURES / "deepseek.json")
    fields = {(one["model"], one["field"], one["before"], one["after"]) for one in catalog.json("diff", file)}
    assert ("deepseek-chat", "price.input", "0.28", "0.14") in fields
    assert not any(model == "deepseek-reasoner" for model, *_ in fields)
    assert catalog.json("diff", file, file, "--vendor", "deepseek") == []
    assert catalog.run("diff", file, "--strict").returncode == 1
    assert catalog.run("diff", file).returncode == 0


def test_age_looks_at_the_models_in_use(catalog):
    alarms = {(one["model"], one["concern"]) for one in catalog.json("age", "--max-age", "1")}
    assert alarms == {("deepseek-chat", "old_price"), ("no-such-model", "unknown_price")}
    assert catalog.run("age", "--strict", "--max-age", "1").returncode == 1
    assert len(catalog.json("age", "--all", "--max-age", "1")) > 500
    catalog.data.mkdir(parents=True)
    own = '{"vendor":"deepseek","model":"%s","price":{"input":"1","output":"2"}}\n'
    (catalog.data / "own.jsonl").write_text(own % "deepseek-chat" + own % "no-such-model")
    assert catalog.json("age", "--max-age", "1") == []
    assert catalog.run("age", "--strict").returncode == 0


def test_age_tells_of_two_lists_that_disagree(catalog):
    catalog.run("import", str(FIXTURES / "deepseek.json"), "--as-of", "2026-08-21", "--yes")
    found = [one for one in catalog.json("age", "--max-age", "3650") if one["concern"] == "disagreement"]
    assert [one["model"] for one in found] == ["deepseek-chat"] and "portkey" in found[0]["text"]
