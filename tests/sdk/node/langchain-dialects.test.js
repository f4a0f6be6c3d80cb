// LangChain over the clients of two vendors, in front of providers of every dialect.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ChatAnthropic } from "@langchain/anthropic";
import { HumanMessage, ToolMessage } from "@langchain/core/messages";
import { ChatOpenAI } from "@langchain/openai";
import * as talk from "./dialects.js";
import * as lab from "./support.js";

const common = { apiKey: lab.apiKey, maxRetries: 0 };
const openai = (model, more) => new ChatOpenAI({ model, ...common, configuration: { baseURL: lab.baseURL }, ...more });
const chains = {
  ChatOpenAI: (model) => openai(model, {}),
  "ChatOpenAI, responses": (model) => openai(model, { useResponsesApi: true }),
  ChatAnthropic: (model) => new ChatAnthropic({ model, ...common, maxTokens: 256, anthropicApiUrl: process.env.SDK_GATEWAY }),
};
const asked = [new HumanMessage(talk.question)];
const declared = { name: talk.toolName, description: "Current weather", parameters: talk.schema };

for (const model of talk.models) {
  for (const [name, make] of Object.entries(chains)) {
    test(`langchain: ${name} from ${model}`, async () => {
      const chain = make(model);
      assert.equal((await chain.invoke(asked)).text, talk.text);
      let seen = "";
      for await (const piece of await chain.stream(asked)) seen += piece.text;
      assert.equal(seen, talk.text);
    });

    test(`langchain: ${name} from ${model}, a turn with a tool`, async () => {
      const chain = make(model).bindTools([{ type: "function", function: declared }]);
      const first = await chain.invoke(asked);
      const [call] = first.tool_calls;
      assert.deepEqual([call.name, call.args], [talk.toolName, talk.argumentsGiven]);
      const result = new ToolMessage({ content: talk.result, tool_call_id: call.id });
      assert.equal((await chain.invoke([...asked, first, result])).text, talk.text);
    });
  }
}
