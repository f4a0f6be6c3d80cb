// @anthropic-ai/sdk in front of providers of every dialect.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import Anthropic from "@anthropic-ai/sdk";
import * as talk from "./dialects.js";
import * as lab from "./support.js";

const connect = (apiKey) => new Anthropic({ baseURL: process.env.SDK_GATEWAY, apiKey, maxRetries: 0 });
const client = connect(lab.apiKey);
const asked = [{ role: "user", content: talk.question }];
const tools = [{ name: talk.toolName, description: "Current weather", input_schema: talk.schema }];
const ways = {
  whole: (request) => client.messages.create(request),
  stream: (request) => client.messages.stream(request).finalMessage(),
};

/** Asks, gives the tool's result back with everything that was said, and returns both answers. */
async function turn(ask, more) {
  const request = { max_tokens: 4096, tools, ...more };
  const first = await ask({ ...request, messages: asked });
  const call = first.content.at(-1);
  assert.equal(first.stop_reason, "tool_use");
  assert.deepEqual([call.type, call.name, call.input], ["tool_use", talk.toolName, talk.argumentsGiven]);
  const results = [{ type: "tool_result", tool_use_id: call.id, content: talk.result }];
  const messages = [...asked, { role: "assistant", content: first.content }, { role: "user", content: results }];
  return [first, await ask({ ...request, messages })];
}

async function assertRaised(work, kind, type) {
  const error = await lab.thrown(work);
  assert.ok(error instanceof kind, String(error));
  assert.equal(error.error.error.type, type);
  assert.ok(error.error.error.message);
  assert.ok(error.requestID);
}

for (const [way, ask] of Object.entries(ways)) {
  describe(`anthropic: ${way}`, () => {
    for (const model of talk.models) {
      test(`words from ${model}`, async () => {
        const said = await ask({ model, max_tokens: 256, messages: asked });
        assert.deepEqual(said.content.map((block) => block.text), [talk.text]);
        assert.equal(said.stop_reason, "end_turn");
        assert.equal(said.usage.cache_read_input_tokens, talk.tokens.cached);
        assert.equal(said.usage.output_tokens, talk.tokens.output);
      });

      test(`a turn with a tool from ${model}`, async () => {
        const [, last] = await turn(ask, { model });
        assert.equal(last.content.at(-1).text, talk.text);
      });
    }

    test("a thought goes back as it came", async () => {
      const thinking = { type: "enabled", budget_tokens: 1024 };
      const [first, last] = await turn(ask, { model: "messages", thinking });
      assert.deepEqual({ ...first.content[0] }, talk.thought);
      assert.equal(last.content.at(-1).text, talk.text);
    });
  });
}

describe("anthropic: the rest", () => {
  test("the stream helper tells words as they come", async () => {
    let seen = "";
    const stream = client.messages.stream({ model: "generate_content", max_tokens: 256, messages: asked });
    stream.on("text", (piece) => (seen += piece));
    await stream.done();
    assert.equal(seen, talk.text);
  });

  for (const model of talk.models) {
    test(`tokens are counted for ${model}`, async () => {
      assert.ok((await client.messages.countTokens({ model, messages: asked })).input_tokens > 0);
    });

    test(`${model} out of rate`, () =>
      assertRaised(
        () => client.messages.create({ model: `${model}-429`, max_tokens: 1, messages: asked }),
        Anthropic.RateLimitError,
        "rate_limit_error",
      ));
  }

  test("models", async () => {
    const seen = [];
    for await (const model of client.models.list()) seen.push(model.id);
    for (const model of talk.models) assert.ok(seen.includes(model), model);
  });

  test("unknown model", () =>
    assertRaised(
      () => client.messages.create({ model: "messagez", max_tokens: 1, messages: asked }),
      Anthropic.NotFoundError,
      "not_found_error",
    ));

  test("bad key", () =>
    assertRaised(
      () => connect("hg-wrong").messages.create({ model: "messages", max_tokens: 1, messages: asked }),
      Anthropic.AuthenticationError,
      "authentication_error",
    ));
});

test("anthropic: comments of a stream that waits are passed over", async () => {
  const said = await ways.stream({ model: "late", max_tokens: 64, messages: asked });
  assert.ok(said.content[0].text);
});
