"""What every case needs: where headgate is, and what the provider behind it saw."""

import json
import os
import time
import urllib.request

GATEWAY = os.environ["SDK_GATEWAY"]
BASE_URL = GATEWAY + "/v1"
KEY = os.environ["SDK_KEY"]
REVOKED_KEY = os.environ["SDK_REVOKED_KEY"]
PROVIDER_KEY = os.environ["SDK_PROVIDER_KEY"]
FAKE = os.environ["SDK_FAKE"]

TEXT = "Grüße aus Oslo 🌍"
QUESTION = [{"role": "user", "content": "Weather in Oslo?"}]
WEATHER = {"type": "function", "function": {
    "name": "get_weather", "description": "Current weather", "strict": True,
    "parameters": {"type": "object", "properties": {"city": {"type": "string"}},
                   "required": ["city"], "additionalProperties": False}}}


class Provider:
    """The scripted provider's log."""

    def reset(self):
        urllib.request.urlopen(urllib.request.Request(FAKE + "/_fake/reset", b"", method="POST"), timeout=5).read()

    def log(self):
        with urllib.request.urlopen(FAKE + "/_fake/log", timeout=5) as reply:
            return json.load(reply)

    def only(self):
        exchanges = self.log()
        assert len(exchanges) == 1, [one["body"] for one in exchanges]
        return exchanges[0]

    def wait_until(self, settled, seconds=5.0):
        """Polls the log until it satisfies `settled`; returns it, or fails."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            exchanges = self.log()
            if settled(exchanges):
                return exchanges
        raise AssertionError(f"not settled in {seconds} s: {[(one['path'], one['state']) for one in exchanges]}")

    def assert_cancelled_since(self, moment):
        """The one request upstream was dropped within a second of `moment`."""
        gone = self.wait_until(lambda log: log and all(one["state"] == "closed" for one in log))
        assert len(gone) == 1
        assert gone[0]["closed_at"] - moment <= 1.0


def assert_ours(error, status, kind, code):
    """An SDK's exception carries headgate's error object and shows nothing of what lies behind."""
    assert (error.status_code, error.type, error.code) == (status, kind, code)
    assert set(error.body) == {"message", "type", "param", "code"}
    assert error.body["message"] and error.body["message"] in str(error)
    assert_discreet(error.body["message"])
    assert error.request_id and error.request_id == error.response.headers["request-id"]


def assert_discreet(text):
    for secret in (FAKE.removeprefix("http://"), PROVIDER_KEY, KEY):
        assert secret not in text
