"""The conversation that the providers of every dialect know, see tests/support/speakers.py."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from support import speakers  # noqa: E402

TEXT, TOOL, ARGUMENTS, SCHEMA, CITY = speakers.TEXT, speakers.TOOL, speakers.ARGUMENTS, speakers.SCHEMA, speakers.CITY
THOUGHT, SIGNATURE = speakers.THOUGHT, speakers.SIGNATURE
INPUT, CACHED, OUTPUT = speakers.FRESH + speakers.CACHED, speakers.CACHED, speakers.OUTPUT
QUESTION, RESULT = "Weather in Oslo?", '{"temp_c":4}'

behind = pytest.mark.parametrize("model", list(speakers.PROVIDERS))
