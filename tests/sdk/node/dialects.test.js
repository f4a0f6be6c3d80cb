// Clients of other dialects than chat completions, each answered by providers of three.
import Anthropic from "@anthropic-ai/sdk";
import { GoogleGenAI } from "@google/genai";
import { createOpenAI } from "@ai-sdk/openai";
import { generateText, stepCountIs, streamText, tool } from "ai";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import OpenAI from "openai";
import { z } from "zod";
import * as lab from "./support.js";

const gateway = lab.baseURL.replace(/\/v1$/, "");
const models = ["said-in-chat-completions", "said-in-messages", "said-in-generate-content"];
const text = "It is 4 C in Oslo. 🌍";
const schema = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };
const asked = "Weather in Oslo?";

for (const model of models) {
  describe(`Anthropic's SDK, ${model}`, () => {
    const client = new Anthropic({ baseURL: gateway, apiKey: lab.apiKey, maxRetries: 0 });
    const ask = { model, max_tokens: 256, messages: [{ role: "user", content: asked }] };
    const tools = [{ name: "get_weather", description: "Now", input_schema: schema }];

    test("answers, whole and streamed", async () => {
      const whole = await client.messages.create(ask);
      assert.equal(whole.content[0].text, text);
      assert.equal(whole.usage.cache_read_input_tokens, 1024);
      const streamed = await client.messages.stream(ask).finalMessage();
      assert.deepEqual([streamed.content[0].text, streamed.stop_reason, streamed.usage.output_tokens], [text, "end_turn", 9]);
    });

    test("uses a tool", async () => {
      const answer = await client.messages.stream({ ...ask, tools }).finalMessage();
      const call = answer.content.find((block) => block.type === "tool_use");
      assert.deepEqual([call.name, call.input, answer.stop_reason], ["get_weather", { city: "Oslo" }, "tool_use"]);
      const result = { type: "tool_result", tool_use_id: call.id, content: '{"temp_c":4}' };
      const messages = [...ask.messages, { role: "assistant", content: answer.content }, { role: "user", content: [result] }];
      assert.equal((await client.messages.create({ ...ask, tools, messages })).content[0].text, text);
    });
  });

  describe(`Google's SDK, ${model}`, () => {
    const client = new GoogleGenAI({ apiKey: lab.apiKey, httpOptions: { baseUrl: gateway } });

    test("answers, whole and streamed", async () => {
      const whole = await client.models.generateContent({ model, contents: asked });
      assert.equal(whole.text, text);
      assert.equal(whole.usageMetadata.promptTokenCount, 1200);
      let said = "";
      for await (const piece of await client.models.generateContentStream({ model, contents: asked })) said += piece.text ?? "";
      assert.equal(said, text);
    });

    test("uses a tool", async () => {
      const config = { tools: [{ functionDeclarations: [{ name: "get_weather", parametersJsonSchema: schema }] }] };
      const answer = await client.models.generateContent({ model, contents: asked, config });
      const [call] = answer.functionCalls;
      assert.deepEqual([call.name, call.args], ["get_weather", { city: "Oslo" }]);
      const response = { functionResponse: { id: call.id, name: call.name, response: { temp_c: 4 } } };
      const contents = [
        { role: "user", parts: [{ text: asked }] },
        answer.candidates[0].content,
        { role: "user", parts: [response] },
      ];
      assert.equal((await client.models.generateContent({ model, contents, config })).text, text);
    });
  });

  describe(`OpenAI's SDK with responses, ${model}`, () => {
    const client = new OpenAI({ baseURL: lab.baseURL, apiKey: lab.apiKey, maxRetries: 0 });

    test("answers, whole and streamed", async () => {
      assert.equal((await client.responses.create({ model, input: asked })).output_text, text);
      const final = await client.responses.stream({ model, input: asked }).finalResponse();
      assert.deepEqual([final.output_text, final.usage.input_tokens_details.cached_tokens], [text, 1024]);
    });
  });

  describe(`Vercel's AI SDK with responses, ${model}`, () => {
    const provider = createOpenAI({ baseURL: lab.baseURL, apiKey: lab.apiKey });
    const tools = {
      get_weather: tool({ inputSchema: z.object({ city: z.string() }), execute: async () => ({ temp_c: 4 }) }),
    };

    test("answers after it has used a tool, whole and streamed", async () => {
      const ask = { model: provider.responses(model), prompt: asked, tools, stopWhen: stepCountIs(3), maxRetries: 0,
        providerOptions: { openai: { store: false } } };
      const whole = await generateText(ask);
      assert.deepEqual([whole.text, whole.steps.length], [text, 2]);
      const streamed = streamText(ask);
      assert.equal(await streamed.text, text);
    });
  });
}

test("Anthropic's SDK raises its own errors", async () => {
  const client = new Anthropic({ baseURL: gateway, apiKey: lab.apiKey, maxRetries: 0 });
  const ask = { model: "nobody", max_tokens: 5, messages: [{ role: "user", content: asked }] };
  await assert.rejects(client.messages.create(ask), (error) => error instanceof Anthropic.NotFoundError && !!error.requestID);
});
