"""The agents under test: how each is told where the gateway is, and the tool with which it runs a command.

An agent gets a home of its own, a scratch folder to work in, and nothing of the caller's environment but PATH.
"""

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

INSTALLED = Path(__file__).resolve().parents[2] / "build/agents/node_modules/.bin"
PATIENCE = 120  # seconds a whole turn may take
MODEL = "agent"


@dataclass
class Place:
    """Where an agent works and whom it asks."""
    home: Path
    folder: Path
    gateway: str  # http://127.0.0.1:PORT
    key: str


class Claude:
    """Claude Code, a client of the Messages API."""
    dialect = "messages"
    binary = "claude"

    @staticmethod
    def call(command):
        return "Bash", {"command": command, "description": "Notes the temperature"}

    @staticmethod
    def environment(place):
        return {"ANTHROPIC_BASE_URL": place.gateway, "ANTHROPIC_API_KEY": place.key, "ANTHROPIC_MODEL": MODEL,
                "ANTHROPIC_DEFAULT_HAIKU_MODEL": MODEL, "CLAUDE_CONFIG_DIR": str(place.home / "claude"),
                "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1", "DISABLE_TELEMETRY": "1",
                "DISABLE_ERROR_REPORTING": "1", "DISABLE_AUTOUPDATER": "1"}

    @staticmethod
    def arguments(prompt):
        return ["-p", prompt, "--allowedTools", "Bash"]


class Codex:
    """Codex, a client of the Responses API."""
    dialect = "responses"
    binary = "codex"

    @staticmethod
    def call(command):
        return "exec_command", {"cmd": command}

    @staticmethod
    def environment(place):
        home = place.home / "codex"
        home.mkdir()
        (home / "config.toml").write_text(f"""
model = "{MODEL}"
model_provider = "headgate"
check_for_update_on_startup = false
web_search = "disabled"

[agents]
enabled = false

[analytics]
enabled = false

[model_providers.headgate]
name = "headgate"
base_url = "{place.gateway}/v1"
env_key = "AGENT_KEY"
wire_api = "responses"
request_max_retries = 0
stream_max_retries = 0
""")
        return {"CODEX_HOME": str(home), "AGENT_KEY": place.key}

    @staticmethod
    def arguments(prompt):
        # The scripted model asks for one harmless command; a sandbox in a container is more than it needs.
        return ["exec", "--skip-git-repo-check", "--dangerously-bypass-approvals-and-sandbox", prompt]


class OpenCode:
    """OpenCode, a client of the chat completions API."""
    dialect = "chat_completions"
    binary = "opencode"

    @staticmethod
    def call(command):
        return "bash", {"command": command, "description": "Notes the temperature"}

    @staticmethod
    def environment(place):
        settings = {
            "model": f"headgate/{MODEL}", "small_model": f"headgate/{MODEL}", "autoupdate": False, "share": "disabled",
            "permission": {"bash": "allow"},
            "provider": {"headgate": {
                "npm": "@ai-sdk/openai-compatible", "name": "headgate", "models": {MODEL: {}},
                "options": {"baseURL": f"{place.gateway}/v1", "apiKey": place.key}}}}
        return {"OPENCODE_CONFIG_CONTENT": json.dumps(settings), "OPENCODE_DISABLE_MODELS_FETCH": "1",
                "OPENCODE_DISABLE_AUTOUPDATE": "1", "OPENCODE_DISABLE_DEFAULT_PLUGINS": "1",
                "OPENCODE_DISABLE_LSP_DOWNLOAD": "1"}

    @staticmethod
    def arguments(prompt):
        return ["run", prompt]


AGENTS = {"claude": Claude, "codex": Codex, "opencode": OpenCode}


def ask(agent, place, prompt):
    """Runs the agent until it is done with `prompt`; fails when it takes too long."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(place.home), "TERM": "dumb", **agent.environment(place)}
    return subprocess.run([INSTALLED / agent.binary, *agent.arguments(prompt)], cwd=place.folder, env=environment,
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE)
