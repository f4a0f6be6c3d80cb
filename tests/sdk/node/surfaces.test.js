// openai's other surfaces: passed through, or answered by a provider of another dialect. What the provider says is in
// tests/support/media.py and speakers.py.
import assert from "node:assert/strict";
import { test } from "node:test";
import OpenAI, { toFile } from "openai";
import * as talk from "./dialects.js";
import * as lab from "./support.js";

const client = new OpenAI({ baseURL: lab.baseURL, apiKey: lab.apiKey, maxRetries: 0 });
const heard = "It is four degrees.";
const picture = () => toFile(Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), "a.png", { type: "image/png" });
const sound = () => toFile(Buffer.alloc(4096, 7), "a.mp3", { type: "audio/mpeg" });
const all = async (stream) => {
  const events = [];
  for await (const event of stream) events.push(event);
  return events;
};

test("openai: moderation", async () => {
  assert.equal((await client.moderations.create({ model: "media", input: "x" })).results[0].flagged, false);
});

test("openai: pictures", async () => {
  const made = await client.images.generate({ model: "media", prompt: "x" });
  assert.equal(made.usage.output_tokens, 4000);
  const edited = await client.images.edit({ model: "media", prompt: "x", image: [await picture(), await picture()] });
  assert.equal(edited.data[0].b64_json, made.data[0].b64_json);
  const varied = await client.images.createVariation({ model: "media", image: await picture() });
  assert.equal(varied.data[0].b64_json, made.data[0].b64_json);
  const events = await all(await client.images.generate({ model: "media", prompt: "x", stream: true }));
  assert.deepEqual(events.map((event) => event.type), ["image_generation.partial_image", "image_generation.completed"]);
});

test("openai: speech", async () => {
  const said = await client.audio.speech.create({ model: "media", voice: "alloy", input: "x" });
  const bytes = Buffer.from(await said.arrayBuffer());
  assert.equal(bytes.length, 5 + 256 * 40);
  assert.equal(bytes.subarray(0, 3).toString(), "ID3");
});

test("openai: transcripts", async () => {
  const asked = async (more) => ({ model: "media", file: await sound(), ...more });
  assert.equal((await client.audio.transcriptions.create(await asked())).text, heard);
  assert.equal((await client.audio.translations.create(await asked())).text, heard);
  const events = await all(await client.audio.transcriptions.create(await asked({ stream: true })));
  assert.equal(events.at(-1).text, heard);
  assert.equal(events.slice(0, -1).map((event) => event.delta).join(""), heard);
});

test("openai: embeddings of Gemini", async () => {
  for (const more of [{}, { encoding_format: "float" }]) {
    const made = await client.embeddings.create({ model: "generate_content", input: "x", ...more });
    assert.deepEqual(made.data[0].embedding, [0.5, -1.25, 3]);
  }
});

for (const model of ["messages", "generate_content"]) {
  test(`openai: completions of ${model}`, async () => {
    const asked = { model, prompt: talk.question, max_tokens: 64 };
    const said = await client.completions.create(asked);
    assert.equal(said.choices[0].text, talk.text);
    const chunks = await all(await client.completions.create({ ...asked, stream: true }));
    assert.equal(chunks.map((chunk) => chunk.choices[0].text).join(""), talk.text);
  });
}
