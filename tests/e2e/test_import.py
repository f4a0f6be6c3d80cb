"""`headgate import litellm`: what it writes is accepted and serves, what it leaves out is said."""

import json
import os
import re
import subprocess
from pathlib import Path

import pytest
from support import payloads, steps

FILES = sorted((Path(__file__).resolve().parents[1] / "config/litellm").glob("*.yaml"))
ACCESS = """
server: {listen: "127.0.0.1:0", admin_listen: "127.0.0.1:0", workers: 1}
data_dir: "%s"
"""


@pytest.fixture
def run(binary, tmp_path):
    def run(*arguments, variables=()):
        return subprocess.run([str(binary), *map(str, arguments)], capture_output=True, text=True, timeout=20,
                              cwd=tmp_path, env={**os.environ, **dict.fromkeys(variables, "a-key")})
    return run


@pytest.fixture
def source(tmp_path):
    """A file of LiteLLM's: one model that can be carried over, one setting that cannot."""
    path = tmp_path / "litellm.yaml"
    path.write_text("model_list:\n"
                    "  - {model_name: gpt, litellm_params: {model: openai/gpt-4o, rpm: 5, api_key: sk-in-the-file-1234}}\n")
    return path


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_what_is_imported_passes_check(run, tmp_path, path):
    done = run("import", "litellm", path, "--output", "headgate.yaml")
    assert done.returncode == 0 and done.stdout == "", done.stderr
    written = (tmp_path / "headgate.yaml").read_text()
    checked = run("check", "--config", "headgate.yaml", variables=re.findall(r"env:(\w+)", written))
    assert checked.returncode == 0 and checked.stdout.endswith("headgate.yaml: fine\n"), checked.stdout


def test_the_file_goes_to_stdout_and_the_list_to_stderr(run, source):
    done = run("import", "litellm", source)
    assert done.returncode == 0 and "\nmodels:\n  gpt: {provider: openai, upstream: gpt-4o}\n" in done.stdout
    assert f"{source}:2:62: warning HG-1601: `rpm` is left out" in done.stderr
    assert "left out: 2, carried over in another form: 0" in done.stderr
    assert "in-the-file" not in done.stdout + done.stderr


def test_json_has_both(run, source):
    done = run("import", "litellm", source, "--json")
    answer = json.loads(done.stdout)
    assert done.stderr == "" and answer["yaml"].startswith("# Made from LiteLLM") and answer["notes"] == []
    rows = {row["code"]: row for row in answer["left_out"]}
    assert rows["HG-1601"]["line"] == 2 and rows["HG-1601"]["column"] == 62 and "rpm" in rows["HG-1601"]["message"]
    assert rows["HG-1603"]["hint"] == "put it into the environment as OPENAI_API_KEY"
    assert all(row["file"] == str(source) for row in answer["left_out"]) and "in-the-file" not in done.stdout


def test_strict_is_about_what_is_left_out(run, source):
    assert run("import", "litellm", source, "--strict").returncode == 1
    source.write_text("model_list: [{model_name: gpt, litellm_params: {model: gpt-4o}}]\n"
                      "litellm_settings: {num_retries: 2}\n")
    done = run("import", "litellm", source, "--strict")
    assert done.returncode == 0 and "note HG-1604" in done.stderr


@pytest.mark.parametrize("text", ["", "a: [", "\ta: 1", "model_list: []", "model_list: 1\nmodel_list: 2\n",
                                  "\x00", "[" * 100, "#" * (1 << 20) + "##"], ids=lambda text: repr(text)[:12])
def test_what_cannot_be_read_is_refused(run, source, text):
    source.write_text(text)
    done = run("import", "litellm", source)
    assert done.returncode == 2 and done.stdout == "" and done.stderr
    shown = run("import", "litellm", source, "--json")
    assert shown.returncode == 2
    if shown.stdout:
        assert json.loads(shown.stdout)["yaml"] is None


def test_there_must_be_a_file(run, tmp_path):
    for path in ("nowhere.yaml", tmp_path):
        done = run("import", "litellm", path)
        assert done.returncode == 2 and str(path) in done.stderr
    assert run("import", "litellm").returncode == 2 and run("import").returncode == 2


def test_a_file_that_is_there_is_replaced_only_by_force(run, source, tmp_path):
    there = tmp_path / "headgate.yaml"
    there.write_text("mine")
    refused = run("import", "litellm", source, "-o", there)
    assert refused.returncode == 2 and "--force" in refused.stderr and there.read_text() == "mine"
    assert run("import", "litellm", source, "-o", there, "--force").returncode == 0
    assert there.read_text().startswith("# Made from LiteLLM")


def test_clients_go_on_with_the_names_they_know(run, start, source, tmp_path, upstream, second):
    source.write_text(f"""
model_list:
  - {{model_name: main, litellm_params: {{model: openai/up-main, api_base: "{upstream.url}"}}}}
  - {{model_name: spare, litellm_params: {{model: openai/up-spare, api_base: "{second.url}"}}}}
litellm_settings:
  fallbacks: [{{main: [spare]}}]
""")
    done = run("import", "litellm", source)
    assert done.returncode == 0, done.stderr
    upstream.default = steps.reply({"error": {"message": "down"}}, "503 Service Unavailable")
    gateway = start(done.stdout + ACCESS % (tmp_path / "data"))
    reply = gateway.chat(payloads.chat("main"))
    assert reply.status == 200 and reply.get("x-headgate-model") == "spare", reply
    assert upstream.requests[-1].json()["model"] == "up-main" and second.requests[-1].json()["model"] == "up-spare"
