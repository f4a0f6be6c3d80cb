"""openai's other surfaces: passed through, or answered by a provider of another dialect."""

import openai
import pytest

import dialects
from support import media
from support.speakers import FRESH, VECTOR

PICTURE = ("a.png", b"\x89PNG\r\n\x1a\n", "image/png")
HEARD = ("a.mp3", media.SOUND, "audio/mpeg")


def test_moderation(client):
    assert client.moderations.create(model="media", input="x").results[0].flagged is False


def test_pictures(client):
    made = client.images.generate(model="media", prompt="x")
    assert made.data[0].b64_json and made.usage.output_tokens == 4000
    edited = client.images.edit(model="media", image=[PICTURE, PICTURE], prompt="x")
    assert edited.data[0].b64_json == made.data[0].b64_json
    assert client.images.create_variation(model="media", image=PICTURE).data[0].b64_json


def test_pictures_as_a_stream(client):
    for stream in (client.images.generate(model="media", prompt="x", stream=True),
                   client.images.edit(model="media", image=PICTURE, prompt="x", stream=True)):
        assert [event.type for event in stream] == [event["type"] for event in media.PICTURE_EVENTS]


def test_speech(client):
    asked = {"model": "media", "voice": "alloy", "input": "x"}
    assert client.audio.speech.create(**asked).content == media.SOUND
    with client.audio.speech.with_streaming_response.create(**asked) as said:
        assert said.headers["content-type"] == "audio/mpeg"
        assert b"".join(said.iter_bytes()) == media.SOUND


def test_transcripts(client):
    asked = {"model": "media", "file": HEARD}
    heard = client.audio.transcriptions.create(**asked)
    assert heard.text == media.TRANSCRIPT["text"] and heard.usage.output_tokens == 5
    assert client.audio.transcriptions.create(**asked, response_format="srt").endswith("hi\n")
    events = list(client.audio.transcriptions.create(**asked, stream=True))
    assert "".join(event.delta for event in events[:-1]) == events[-1].text == heard.text
    assert client.audio.translations.create(**asked).text == heard.text


def test_who_has_no_sound_says_so(once):
    with pytest.raises(openai.UnprocessableEntityError) as caught:
        once.audio.speech.create(model="messages", voice="alloy", input="x")
    assert caught.value.code == "capability_unavailable"


def test_embeddings_of_gemini(client):
    for more in ({}, {"encoding_format": "float"}):  # base64 unless floats are asked for
        made = client.embeddings.create(model="generate_content", input=["x", "y"], dimensions=3, **more)
        assert [one.embedding for one in made.data] == [VECTOR, VECTOR]
        assert made.usage.prompt_tokens == FRESH


@pytest.mark.parametrize("model", ["messages", "generate_content"])
def test_completions_of_who_only_converses(client, model):
    said = client.completions.create(model=model, prompt=dialects.QUESTION, max_tokens=64)
    assert (said.choices[0].text, said.choices[0].finish_reason) == (dialects.TEXT, "stop")
    assert said.usage.prompt_tokens == dialects.INPUT
    chunks = list(client.completions.create(model=model, prompt=dialects.QUESTION, stream=True))
    assert "".join(chunk.choices[0].text for chunk in chunks) == dialects.TEXT
