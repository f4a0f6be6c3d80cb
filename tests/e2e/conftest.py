"""Fixtures of the end-to-end suite. Run: python -m pytest tests/e2e -q (HEADGATE_BIN names the binary)."""

import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from support import headgate  # noqa: E402
from support.certificates import Certificates  # noqa: E402
from support.farm import Farm  # noqa: E402
from support.headgate import Gateway  # noqa: E402
from support.upstream import Upstream  # noqa: E402


@pytest.fixture(scope="session")
def certificates(tmp_path_factory):
    return Certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="session")
def binary():
    if not headgate.BINARY.exists():
        pytest.fail(f"no binary at {headgate.BINARY}; build it, or set HEADGATE_BIN", pytrace=False)
    return headgate.BINARY


@pytest.fixture
def start(binary, tmp_path):
    """start(config) runs a daemon in the test's folder; all are stopped and judged at the end."""
    running = []

    def start(config, *arguments):
        folder = tmp_path / f"gateway-{len(running)}"
        folder.mkdir()
        running.append(Gateway(config, folder, arguments))
        return running[-1]

    yield start
    with ExitStack() as stack:
        for gateway in running:
            stack.callback(gateway.stop)


@pytest.fixture
def upstream():
    with Upstream() as running:
        yield running


@pytest.fixture
def second():
    with Upstream() as running:
        yield running


@pytest.fixture
def farm(start, tmp_path):
    with Farm(start, tmp_path) as running:
        yield running
