// LangChain JS: ChatOpenAI and OpenAIEmbeddings.
import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { AIMessageChunk, HumanMessage, ToolMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { ChatOpenAI, OpenAIEmbeddings } from "@langchain/openai";
import { z } from "zod";
import * as lab from "./support.js";

const chat = (model, more = {}) =>
  new ChatOpenAI({ model, apiKey: lab.apiKey, configuration: { baseURL: lab.baseURL }, maxRetries: 0, ...more });
const embeddings = (more = {}) =>
  new OpenAIEmbeddings({ model: "lab-embed", apiKey: lab.apiKey, configuration: { baseURL: lab.baseURL }, maxRetries: 0, ...more });
const asked = lab.question[0].content;
const City = z.object({ city: z.string(), temp_c: z.number() });
const weather = tool(async () => "4 C", {
  name: "get_weather",
  description: "Current weather",
  schema: z.object({ city: z.string() }),
});

const named = {
  401: "AuthenticationError",
  404: "NotFoundError",
  413: "APIError",
  429: "RateLimitError",
  502: "InternalServerError",
  504: "InternalServerError",
};

function assertOurs(error, { status, type, code }) {
  assert.equal(error.constructor.name, named[status]);
  assert.deepEqual([error.status, error.type, error.code], [status, type, code]);
  assert.ok(error.message.includes(error.error.message));
  lab.assertDiscreet(error.error.message);
  assert.ok(error.requestID);
}

async function gather(stream) {
  let whole;
  for await (const chunk of stream) whole = whole ? whole.concat(chunk) : chunk;
  return whole;
}

beforeEach(() => lab.provider.reset());

describe("langchain: answers", () => {
  test("chat", async () => {
    const answer = await chat("lab-small").invoke(asked);
    assert.equal(answer.content, lab.text);
    assert.equal(answer.usage_metadata.total_tokens, 15);
    assert.equal((await lab.provider.only()).body.model, "small-v1");
  });

  test("stream", async () => {
    const whole = await gather(await chat("lab-small").stream(asked));
    assert.ok(whole instanceof AIMessageChunk);
    assert.equal(whole.content, lab.text);
    assert.equal(whole.usage_metadata.total_tokens, 15);
  });

  test("tools and their result", async () => {
    const model = chat("lab-small").bindTools([weather]);
    const answer = await model.invoke(asked);
    const [call] = answer.tool_calls;
    assert.deepEqual([call.name, call.args], ["get_weather", { city: "Oslo" }]);
    const result = new ToolMessage({ content: "4 C", tool_call_id: call.id });
    assert.equal((await model.invoke([new HumanMessage(asked), answer, result])).content, lab.text);
    assert.equal((await lab.provider.log())[1].body.messages[2].tool_call_id, "call_b2");
  });

  test("tools, streamed", async () => {
    const whole = await gather(await chat("lab-small").bindTools([weather]).stream(asked));
    assert.deepEqual(whole.tool_calls[0].args, { city: "Oslo" });
  });

  test("json_schema", async () => {
    const model = chat("lab-small").withStructuredOutput(City, { name: "city", method: "jsonSchema" });
    assert.deepEqual(await model.invoke(asked), lab.city);
    assert.equal((await lab.provider.only()).body.response_format.json_schema.name, "city");
  });

  test("vision parts arrive byte for byte", async () => {
    const content = [
      { type: "text", text: "Was ist das? 🌍" },
      { type: "image_url", image_url: { url: lab.pixel } },
    ];
    await chat("lab-small").invoke([new HumanMessage({ content })]);
    assert.ok((await lab.provider.only()).raw.includes(JSON.stringify(content)));
  });

  test("embeddings, base64 by default and as floats", async () => {
    assert.deepEqual(await embeddings().embedQuery(lab.text), lab.vector);
    assert.deepEqual(await embeddings({ encodingFormat: "float" }).embedDocuments(["one", "two"]), [lab.vector, lab.vector]);
    const formats = (await lab.provider.log()).map((one) => one.body.encoding_format);
    assert.deepEqual(formats, ["base64", "float"]);
  });
});

describe("langchain: errors", () => {
  for (const failure of lab.failures.filter(({ model }) => model !== "err-context")) {
    test(`${failure.model} is ${failure.status} ${failure.code}`, async () => {
      assertOurs(await lab.thrown(() => chat(failure.model).invoke(asked)), failure);
      assertOurs(await lab.thrown(async () => gather(await chat(failure.model).stream(asked))), failure);
    });
  }

  test("a context that is too long has LangChain's own class", async () => {
    const error = await lab.thrown(() => chat("err-context").invoke(asked));
    assert.equal(error.name, "ContextOverflowError");
  });

  test("wrong key is 401", async () => {
    const wrong = { status: 401, type: "authentication_error", code: "invalid_api_key" };
    assertOurs(await lab.thrown(() => chat("lab-small", { apiKey: "hg_nobody" }).invoke(asked)), wrong);
    assertOurs(await lab.thrown(() => embeddings({ apiKey: "hg_nobody" }).embedQuery("one")), wrong);
  });

  test("too large", async () => {
    const error = await lab.thrown(() => chat("lab-small").invoke("x".repeat(2 << 20)));
    assertOurs(error, { status: 413, type: "invalid_request_error", code: "request_too_large" });
  });

  for (const { model, code } of lab.brokenStreams) {
    test(`${model}: a stream that breaks throws`, async () => {
      let seen = "";
      const error = await lab.thrown(async () => {
        for await (const chunk of await chat(model).stream(asked)) seen += chunk.content;
      });
      assert.equal(seen, "half a");
      assert.deepEqual([error.type, error.code], ["server_error", code]);
    });
  }
});

describe("langchain: leaving", () => {
  test("abort mid-stream", async () => {
    const abort = new AbortController();
    let moment;
    await lab.thrown(async () => {
      for await (const _ of await chat("slow").stream(asked, { signal: abort.signal })) {
        moment ??= Date.now();
        abort.abort();
      }
    });
    await lab.provider.assertCancelledSince(moment);
  });

  test("break out of the loop", async () => {
    for await (const _ of await chat("slow").stream(asked)) break;
    await lab.provider.assertCancelledSince(Date.now());
  });

  test("abort before the first byte", async () => {
    const signal = AbortSignal.timeout(300);
    await lab.thrown(() => chat("held").invoke(asked, { signal }));
    await lab.provider.assertCancelledSince(Date.now());
  });
});
