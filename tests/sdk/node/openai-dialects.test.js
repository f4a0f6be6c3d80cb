// openai, and the AI SDK over it, in front of providers of every dialect: chat completions and responses.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createOpenAI } from "@ai-sdk/openai";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { generateText, isStepCount, streamText, tool } from "ai";
import OpenAI from "openai";
import { z } from "zod";
import * as talk from "./dialects.js";
import * as lab from "./support.js";

const client = new OpenAI({ baseURL: lab.baseURL, apiKey: lab.apiKey, maxRetries: 0 });
const asked = [{ role: "user", content: talk.question }];
const declared = { name: talk.toolName, description: "Current weather", parameters: talk.schema };
const format = { type: "json_schema", name: "city", schema: { ...talk.schema, additionalProperties: false }, strict: true };
const chat = {
  whole: async (request) => (await client.chat.completions.create(request)).choices[0],
  stream: async (request) => (await client.chat.completions.stream(request).finalChatCompletion()).choices[0],
};
const responses = {
  whole: (request) => client.responses.create(request),
  stream: (request) => client.responses.stream(request).finalResponse(),
};
const sdks = {
  responses: createOpenAI({ baseURL: lab.baseURL, apiKey: lab.apiKey }),
  compatible: createOpenAICompatible({ name: "headgate", baseURL: lab.baseURL, apiKey: lab.apiKey }),
};

for (const model of talk.models) {
  for (const way of ["whole", "stream"]) {
    describe(`openai: ${way} from ${model}`, () => {
      test("chat", async () => {
        assert.equal((await chat[way]({ model, messages: asked })).message.content, talk.text);
      });

      test("chat, a turn with a tool", async () => {
        const tools = [{ type: "function", function: declared }];
        const { message, finish_reason: finish } = await chat[way]({ model, messages: asked, tools });
        const [call] = message.tool_calls;
        assert.equal(finish, "tool_calls");
        assert.equal(call.function.name, talk.toolName);
        assert.deepEqual(JSON.parse(call.function.arguments), talk.argumentsGiven);
        const messages = [...asked, message, { role: "tool", tool_call_id: call.id, content: talk.result }];
        assert.equal((await chat[way]({ model, messages, tools })).message.content, talk.text);
      });

      test("response", async () => {
        const said = await responses[way]({ model, input: talk.question });
        assert.equal(said.output_text, talk.text);
        assert.equal(said.usage.input_tokens, talk.tokens.input);
      });

      test("response, a turn with a tool", async () => {
        const tools = [{ type: "function", strict: false, ...declared }];
        const first = await responses[way]({ model, input: asked, tools });
        const call = first.output.find((item) => item.type === "function_call");
        assert.equal(call.name, talk.toolName);
        assert.deepEqual(JSON.parse(call.arguments), talk.argumentsGiven);
        const made = first.output.map(({ parsed_arguments: _, ...item }) => item);
        const input = [...asked, ...made, { type: "function_call_output", call_id: call.call_id, output: talk.result }];
        assert.equal((await responses[way]({ model, input, tools })).output_text, talk.text);
      });
    });
  }

  for (const way of ["whole", "stream"]) {
    test(`openai: a ${way} response stands on a stored one from ${model}`, async () => {
      const tools = [{ type: "function", strict: false, ...declared }];
      const first = await responses[way]({ model, input: asked, tools });
      const call = first.output.find((item) => item.type === "function_call");
      const input = [{ type: "function_call_output", call_id: call.call_id, output: talk.result }];
      const last = await responses[way]({ model, input, tools, previous_response_id: first.id });
      assert.equal(last.output_text, talk.text);
      assert.equal((await client.responses.retrieve(last.id)).output_text, talk.text);
      const kinds = [];
      for await (const item of client.responses.inputItems.list(last.id, { order: "asc", limit: 2 })) kinds.push(item.type);
      assert.deepEqual([kinds[0], ...kinds.slice(-2)], ["message", "function_call", "function_call_output"]);
      await client.responses.delete(last.id);
      await assert.rejects(client.responses.retrieve(last.id), OpenAI.NotFoundError);
      await assert.rejects(client.responses.create({ model, input: "x", previous_response_id: last.id }), {
        status: 400,
        code: "previous_response_not_found",
        param: "previous_response_id",
      });
    });
  }

  test(`openai: json_schema from ${model}`, async () => {
    const said = await client.responses.create({ model, input: talk.question, text: { format } });
    assert.deepEqual(JSON.parse(said.output_text), talk.city);
  });

  for (const [name, sdk] of Object.entries(sdks)) {
    // From generate_content the AI SDK gives the signed thought back as a reference to a stored item.
    test(`ai: ${name} from ${model}, a turn with a tool`, async () => {
      for (const ask of [generateText, streamText]) {
        const given = [];
        const execute = async (input) => (given.push(input), { temp_c: 4 });
        const tools = { [talk.toolName]: tool({ inputSchema: z.object({ city: z.string() }), execute }) };
        const said = await ask({ model: sdk(model), prompt: talk.question, tools, stopWhen: isStepCount(2), maxRetries: 0 });
        assert.equal(await said.text, talk.text);
        assert.deepEqual(given, [talk.argumentsGiven]);
      }
    });
  }
}
