// @google/genai in front of providers of every dialect.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ApiError, GoogleGenAI } from "@google/genai";
import * as talk from "./dialects.js";
import * as lab from "./support.js";

const connect = (apiKey) => new GoogleGenAI({ apiKey, httpOptions: { baseUrl: process.env.SDK_GATEWAY } });
const client = connect(lab.apiKey);
const asked = [{ role: "user", parts: [{ text: talk.question }] }];
const declared = { name: talk.toolName, description: "Current weather", parametersJsonSchema: talk.schema };
const config = { tools: [{ functionDeclarations: [declared] }] };
const ways = {
  whole: async (request) => [await client.models.generateContent(request)],
  stream: async (request) => {
    const pieces = [];
    for await (const piece of await client.models.generateContentStream(request)) pieces.push(piece);
    return pieces;
  },
};
const partsOf = (pieces) => pieces.flatMap((piece) => piece.candidates?.[0].content?.parts ?? []);
const wordsOf = (pieces) => partsOf(pieces).map((part) => part.text ?? "").join("");

for (const [way, ask] of Object.entries(ways)) {
  describe(`genai: ${way}`, () => {
    for (const model of talk.models) {
      test(`words from ${model}`, async () => {
        const pieces = await ask({ model, contents: asked });
        assert.equal(wordsOf(pieces), talk.text);
        assert.equal(pieces.at(-1).candidates[0].finishReason, "STOP");
        assert.equal(pieces.at(-1).usageMetadata.promptTokenCount, talk.tokens.input);
      });

      test(`a turn with a function from ${model}`, async () => {
        const made = partsOf(await ask({ model, contents: asked, config }));
        const { id, name, args } = made.find((part) => part.functionCall).functionCall;
        assert.deepEqual([name, args], [talk.toolName, talk.argumentsGiven]);
        const functionResponse = { id, name, response: { temp_c: 4 } };
        const contents = [...asked, { role: "model", parts: made }, { role: "user", parts: [{ functionResponse }] }];
        assert.equal(wordsOf(await ask({ model, contents, config })), talk.text);
      });
    }
  });
}

describe("genai: the rest", () => {
  test("models", async () => {
    const seen = [];
    for await (const model of await client.models.list()) seen.push(model.name);
    for (const model of talk.models) assert.ok(seen.includes(`models/${model}`), model);
  });

  for (const [what, key, model, status] of [
    ["unknown model", lab.apiKey, "generate-nothing", 404],
    ["bad key", "hg-wrong", "messages", 401],
    ["out of rate", lab.apiKey, "chat_completions-429", 429],
  ]) {
    test(what, async () => {
      const error = await lab.thrown(() => connect(key).models.generateContent({ model, contents: asked }));
      assert.ok(error instanceof ApiError, String(error));
      assert.equal(error.status, status);
    });
  }
});

test("genai: comments of a stream that waits are passed over", async () => {
  assert.ok(wordsOf(await ways.stream({ model: "late", contents: asked })));
});
