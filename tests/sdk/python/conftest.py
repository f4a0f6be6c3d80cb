import openai
import pytest

from lab import BASE_URL, KEY, Provider


@pytest.fixture
def provider():
    log = Provider()
    log.reset()
    return log


@pytest.fixture
def client():
    with openai.OpenAI(base_url=BASE_URL, api_key=KEY) as made:
        yield made


@pytest.fixture
def once():
    """A client that does not retry."""
    with openai.OpenAI(base_url=BASE_URL, api_key=KEY, max_retries=0) as made:
        yield made
