// The Vercel AI SDK through its OpenAI-compatible provider.
import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { APICallError, embed, embedMany, generateText, isStepCount, Output, streamText, tool } from "ai";
import { z } from "zod";
import * as lab from "./support.js";

const connect = (apiKey) =>
  createOpenAICompatible({ name: "headgate", baseURL: lab.baseURL, apiKey, includeUsage: true, supportsStructuredOutputs: true });
const headgate = connect(lab.apiKey);
const ask = { model: headgate("lab-small"), prompt: lab.question[0].content };
const City = z.object({ city: z.string(), temp_c: z.number() });

function weather(asked) {
  const execute = async (given) => (asked.push(given), { temp_c: 4 });
  return { get_weather: tool({ description: "Current weather", inputSchema: z.object({ city: z.string() }), execute }) };
}

function assertOurs(error, { status, type, code }) {
  assert.ok(APICallError.isInstance(error), String(error));
  assert.equal(error.statusCode, status);
  assert.deepEqual([error.data.error.type, error.data.error.code], [type, code]);
  assert.equal(error.message, error.data.error.message);
  lab.assertDiscreet(error.message);
  assert.ok(error.responseHeaders["x-request-id"]);
}

async function streamError(given) {
  let failure;
  let seen = "";
  const { fullStream } = streamText({ ...given, maxRetries: 0, onError: () => {} });
  for await (const part of fullStream) {
    if (part.type === "text-delta") seen += part.text;
    if (part.type === "error") failure = part.error;
  }
  return { failure, seen };
}

beforeEach(() => lab.provider.reset());

describe("ai: answers", () => {
  test("chat", async () => {
    const answer = await generateText(ask);
    assert.equal(answer.text, lab.text);
    assert.equal(answer.finishReason, "stop");
    assert.equal(answer.usage.inputTokens, 11);
    assert.ok(answer.response.headers["x-request-id"]);
    assert.equal((await lab.provider.only()).body.model, "small-v1");
  });

  test("stream", async () => {
    const result = streamText(ask);
    let seen = "";
    for await (const piece of result.textStream) seen += piece;
    assert.equal(seen, lab.text);
    assert.equal((await result.usage).totalTokens, 15);
  });

  test("tools, two steps", async () => {
    const asked = [];
    const answer = await generateText({ ...ask, tools: weather(asked), stopWhen: isStepCount(2) });
    assert.deepEqual(asked, [{ city: "Oslo" }]);
    assert.equal(answer.text, lab.text);
    assert.equal((await lab.provider.log())[1].body.messages.at(-1).tool_call_id, "call_b2");
  });

  test("tools, streamed", async () => {
    const asked = [];
    const result = streamText({ ...ask, tools: weather(asked), stopWhen: isStepCount(2) });
    assert.equal(await result.text, lab.text);
    assert.deepEqual(asked, [{ city: "Oslo" }]);
  });

  test("json_schema", async () => {
    const answer = await generateText({ ...ask, output: Output.object({ schema: City }) });
    assert.deepEqual(answer.output, lab.city);
    assert.equal((await lab.provider.only()).body.response_format.type, "json_schema");
  });

  test("vision parts arrive byte for byte", async () => {
    const content = [
      { type: "text", text: "Was ist das? 🌍" },
      { type: "file", mediaType: "image/png", data: lab.pixel.split(",")[1] },
    ];
    await generateText({ model: ask.model, messages: [{ role: "user", content }] });
    const { raw } = await lab.provider.only();
    assert.ok(raw.includes(JSON.stringify({ type: "image_url", image_url: { url: lab.pixel } })));
    assert.ok(raw.includes(JSON.stringify(content[0])));
  });

  test("embeddings", async () => {
    const model = headgate.embeddingModel("lab-embed");
    assert.deepEqual((await embed({ model, value: lab.text })).embedding, lab.vector);
    assert.deepEqual((await embedMany({ model, values: ["one", "two"] })).embeddings, [lab.vector, lab.vector]);
    assert.equal((await lab.provider.log())[0].body.encoding_format, "float");
  });
});

describe("ai: errors", () => {
  for (const failure of lab.failures) {
    test(`${failure.model} is ${failure.status} ${failure.code}`, async () => {
      const model = headgate(failure.model);
      assertOurs(await lab.thrown(() => generateText({ ...ask, model, maxRetries: 0 })), failure);
      assertOurs((await streamError({ ...ask, model })).failure, failure);
    });
  }

  test("wrong key is 401", async () => {
    const model = connect("hg_nobody")("lab-small");
    const error = await lab.thrown(() => generateText({ ...ask, model }));
    assertOurs(error, { status: 401, type: "authentication_error", code: "invalid_api_key" });
  });

  test("too large", async () => {
    const error = await lab.thrown(() => generateText({ ...ask, prompt: "x".repeat(2 << 20) }));
    assertOurs(error, { status: 413, type: "invalid_request_error", code: "request_too_large" });
  });

  test("retry-after brings the SDK back", async () => {
    const answer = await generateText({ ...ask, model: headgate("flaky-429") });
    assert.equal(answer.text, lab.text);
  });

  for (const { model, code } of lab.brokenStreams) {
    test(`${model}: a stream that breaks is reported`, async () => {
      const { failure, seen } = await streamError({ ...ask, model: headgate(model) });
      assert.equal(seen, "half a");
      assert.deepEqual([failure.type, failure.code], ["server_error", code]);
    });
  }
});

describe("ai: leaving", () => {
  test("abort mid-stream", async () => {
    const abort = new AbortController();
    const { fullStream } = streamText({ ...ask, model: headgate("slow"), abortSignal: abort.signal });
    let moment;
    for await (const part of fullStream) {
      if (part.type !== "text-delta" || moment) continue;
      moment = Date.now();
      abort.abort();
    }
    await lab.provider.assertCancelledSince(moment);
  });

  test("abort before the first byte", async () => {
    const abortSignal = AbortSignal.timeout(300);
    await lab.thrown(() => generateText({ ...ask, model: headgate("held"), abortSignal }));
    await lab.provider.assertCancelledSince(Date.now());
  });
});
