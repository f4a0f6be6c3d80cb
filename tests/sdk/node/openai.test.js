import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import OpenAI from "openai";
import { zodResponseFormat } from "openai/helpers/zod";
import { z } from "zod";
import * as lab from "./support.js";

const client = new OpenAI({ baseURL: lab.baseURL, apiKey: lab.apiKey });
const ask = { model: "lab-small", messages: lab.question };
const City = z.object({ city: z.string(), temp_c: z.number() });
const weather = {
  type: "function",
  function: { name: "get_weather", description: "Current weather", parameters: lab.weatherParameters, strict: true },
};
const classes = {
  400: OpenAI.BadRequestError,
  404: OpenAI.NotFoundError,
  429: OpenAI.RateLimitError,
  502: OpenAI.InternalServerError,
  504: OpenAI.InternalServerError,
};

async function collect(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return chunks;
}

const joined = (chunks) => chunks.map((chunk) => chunk.choices[0]?.delta.content ?? "").join("");

function assertOurs(error, { status, type, code }) {
  assert.deepEqual([error.status, error.type, error.code], [status, type, code]);
  assert.deepEqual(Object.keys(error.error).sort(), ["code", "message", "param", "type"]);
  assert.ok(error.message.includes(error.error.message));
  lab.assertDiscreet(error.error.message);
  assert.ok(error.requestID);
  assert.equal(error.requestID, error.headers.get("request-id"));
}

beforeEach(() => lab.provider.reset());

describe("openai: answers", () => {
  test("chat", async () => {
    const { data, response, request_id: id } = await client.chat.completions.create(ask).withResponse();
    assert.equal(data.choices[0].message.content, lab.text);
    assert.equal(data.usage.total_tokens, 15);
    assert.equal(data._request_id, id);
    assert.equal(id, response.headers.get("request-id"));
    assert.equal(response.headers.get("x-headgate-model"), "lab-small");
    const { body, headers } = await lab.provider.only();
    assert.deepEqual(body, { model: "small-v1", messages: lab.question });
    assert.equal(headers.authorization, `Bearer ${lab.providerKey}`);
    assert.deepEqual(Object.keys(headers).filter((name) => name.startsWith("x-stainless")), []);
  });

  test("stream", async () => {
    const chunks = await collect(await client.chat.completions.create({ ...ask, stream: true }));
    assert.equal(joined(chunks), lab.text);
    assert.ok(chunks.every((chunk) => !chunk.usage), "usage was not asked for");
    assert.equal((await lab.provider.only()).body.stream_options.include_usage, true);
  });

  test("stream with usage", async () => {
    const chunks = await collect(
      await client.chat.completions.create({ ...ask, stream: true, stream_options: { include_usage: true } }),
    );
    assert.equal(joined(chunks), lab.text);
    assert.deepEqual(chunks.at(-1).choices, []);
    assert.equal(chunks.at(-1).usage.total_tokens, 15);
  });

  test("stream helper", async () => {
    const stream = client.chat.completions.stream(ask);
    assert.equal(await stream.finalContent(), lab.text);
  });

  test("tools", async () => {
    const answer = await client.chat.completions.create({ ...ask, tools: [weather] });
    const [call] = answer.choices[0].message.tool_calls;
    assert.equal(answer.choices[0].finish_reason, "tool_calls");
    assert.deepEqual(call.function, { name: "get_weather", arguments: '{"city":"Oslo"}' });
    assert.deepEqual((await lab.provider.only()).body.tools, [weather]);
  });

  for (const stream of [false, true]) {
    test(`tools run by the helper${stream ? ", streamed" : ""}`, async () => {
      const asked = [];
      const runner = client.chat.completions.runTools({
        ...ask,
        stream,
        tools: [{ type: "function", function: { ...weather.function, parse: JSON.parse, function: (given) => (asked.push(given), "4 C") } }],
      });
      assert.equal(await runner.finalContent(), lab.text);
      assert.deepEqual(asked, [{ city: "Oslo" }]);
      assert.deepEqual((await lab.provider.log())[1].body.messages.at(-1), { role: "tool", tool_call_id: "call_b2", content: "4 C" });
    });
  }

  test("json_schema", async () => {
    const answer = await client.chat.completions.parse({ ...ask, response_format: zodResponseFormat(City, "city") });
    assert.deepEqual(answer.choices[0].message.parsed, lab.city);
    const { json_schema: schema } = (await lab.provider.only()).body.response_format;
    assert.deepEqual([schema.name, schema.strict], ["city", true]);
  });

  test("vision parts arrive byte for byte", async () => {
    const content = [
      { type: "text", text: 'Was ist "das"?\\ 🌍 \u0001' },
      { type: "image_url", image_url: { url: lab.pixel, detail: "low" } },
      { type: "image_url", image_url: { url: "https://images.example/a.png?x=1&y=%20" } },
    ];
    await client.chat.completions.create({ model: "lab-small", messages: [{ role: "user", content }] });
    assert.ok((await lab.provider.only()).raw.includes(JSON.stringify(content)));
  });

  test("embeddings, base64 by default", async () => {
    const answer = await client.embeddings.create({ model: "lab-embed", input: [lab.text, "two"] });
    assert.deepEqual(answer.data.map((one) => one.embedding), [lab.vector, lab.vector]);
    assert.equal((await lab.provider.only()).body.encoding_format, "base64");
  });

  test("embeddings as base64 from a provider that knows floats only", async () => {
    const answer = await client.embeddings.create({ model: "lab-floats-only", input: "one" });
    assert.deepEqual(answer.data[0].embedding, lab.vector);
  });

  test("embeddings as floats", async () => {
    const answer = await client.embeddings.create({ model: "lab-embed", input: "one", encoding_format: "float" });
    assert.deepEqual(answer.data[0].embedding, lab.vector);
  });

  test("completions", async () => {
    const answer = await client.completions.create({ model: "lab-small", prompt: "Hello" });
    assert.equal(answer.choices[0].text, lab.text);
  });

  test("models", async () => {
    const names = [];
    for await (const model of client.models.list()) names.push(model.id);
    assert.ok(names.includes("lab-small"));
    const one = await client.models.retrieve("lab-small");
    assert.deepEqual([one.id, one.object], ["lab-small", "model"]);
  });

  test("failover is invisible", async () => {
    const firstFails = { ...ask, model: "err-500", models: ["lab-small"] };
    const { data, response } = await client.chat.completions.create(firstFails).withResponse();
    assert.equal(data.choices[0].message.content, lab.text);
    assert.equal(response.headers.get("x-headgate-model"), "lab-small");
    assert.equal(Number(response.headers.get("x-headgate-attempts")), (await lab.provider.log()).length);
  });
});

describe("openai: errors", () => {
  for (const failure of lab.failures) {
    test(`${failure.model} is ${failure.status} ${failure.code}`, async () => {
      const error = await lab.thrown(() => client.chat.completions.create({ ...ask, model: failure.model }, { maxRetries: 0 }));
      assert.equal(error.constructor, classes[failure.status]);
      assertOurs(error, failure);
    });
  }

  const keys = [
    ["unknown", "hg_nobody", "invalid_api_key"],
    ["foreign", "sk-other", "invalid_api_key"],
    ["revoked", process.env.SDK_REVOKED_KEY, "revoked_api_key"],
  ];
  for (const [name, apiKey, code] of keys) {
    test(`${name} key is 401`, async () => {
      const stranger = new OpenAI({ baseURL: lab.baseURL, apiKey });
      const error = await lab.thrown(() => stranger.chat.completions.create(ask));
      assert.equal(error.constructor, OpenAI.AuthenticationError);
      assertOurs(error, { status: 401, type: "authentication_error", code });
      assert.deepEqual(await lab.provider.log(), []);
    });
  }

  test("invalid request", async () => {
    const error = await lab.thrown(() => client.chat.completions.create({ model: "lab-small", messages: "hello" }));
    assert.equal(error.constructor, OpenAI.BadRequestError);
    assertOurs(error, { status: 400, type: "invalid_request_error", code: "invalid_request" });
    assert.equal(error.param, "messages");
  });

  test("too large", async () => {
    const content = "x".repeat(2 << 20);
    const error = await lab.thrown(() => client.chat.completions.create({ ...ask, messages: [{ role: "user", content }] }));
    assert.ok(error instanceof OpenAI.APIError);
    assertOurs(error, { status: 413, type: "invalid_request_error", code: "request_too_large" });
  });

  for (const { model, code } of [{ model: "err-500", code: "upstream_error" }, { model: "hang", code: "upstream_timeout" }]) {
    test(`${model}: exhausted failover is not retried`, async () => {
      const error = await lab.thrown(() => client.chat.completions.create({ ...ask, model }));
      assert.equal(error.code, code);
      assert.equal(error.headers.get("x-should-retry"), "false");
      assert.equal((await lab.provider.log()).length, Number(error.headers.get("x-headgate-attempts")), "the SDK asked once");
    });
  }

  test("retry-after brings the SDK back", async () => {
    const answer = await client.chat.completions.create({ ...ask, model: "flaky-429" });
    assert.equal(answer.choices[0].message.content, lab.text);
    assert.equal((await lab.provider.log()).length, 2);
  });

  for (const { model, code } of lab.brokenStreams) {
    test(`${model}: a stream that breaks throws`, async () => {
      let seen = "";
      const error = await lab.thrown(async () => {
        for await (const chunk of await client.chat.completions.create({ ...ask, model, stream: true }))
          seen += chunk.choices[0].delta.content;
      });
      assert.equal(seen, "half a");
      assert.ok(error instanceof OpenAI.APIError && !(error instanceof OpenAI.APIConnectionError));
      assert.deepEqual([error.type, error.code], ["server_error", code]);
      lab.assertDiscreet(error.message);
    });
  }
});

describe("openai: leaving", () => {
  const slow = { ...ask, model: "slow", stream: true };

  test("abort mid-stream", async () => {
    const stream = await client.chat.completions.create(slow);
    await stream[Symbol.asyncIterator]().next();
    const moment = Date.now();
    stream.controller.abort();
    await lab.provider.assertCancelledSince(moment);
  });

  test("break out of the loop", async () => {
    for await (const _ of await client.chat.completions.create(slow)) break;
    await lab.provider.assertCancelledSince(Date.now());
  });

  test("abort before the first byte", async () => {
    const signal = AbortSignal.timeout(300);
    const error = await lab.thrown(() => client.chat.completions.create({ ...ask, model: "held" }, { signal }));
    assert.ok(error instanceof OpenAI.APIUserAbortError);
    await lab.provider.assertCancelledSince(Date.now());
  });
});
