import pytest

from lab import TEXT

VECTOR = [0.25, -0.5, 1.0, 0.125]


def test_base64_is_asked_for_and_decoded(client, provider):
    answer = client.embeddings.create(model="lab-embed", input=[TEXT, "two"])
    assert [one.embedding for one in answer.data] == [VECTOR, VECTOR]
    assert [one.index for one in answer.data] == [0, 1]
    assert answer.usage.prompt_tokens == 5
    assert answer._request_id
    assert provider.only()["body"] == {"model": "embed-v1", "input": [TEXT, "two"], "encoding_format": "base64"}


@pytest.mark.parametrize("given", ["one", ["one"], [1, 2, 3], [[1, 2], [3]]])
def test_float(client, provider, given):
    answer = client.embeddings.create(model="lab-embed", input=given, encoding_format="float")
    assert answer.data[0].embedding == VECTOR
    assert provider.only()["body"]["input"] == given


def test_provider_that_knows_floats_only(client):
    assert client.embeddings.create(model="lab-floats-only", input="one").data[0].embedding == VECTOR
