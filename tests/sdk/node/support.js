// What every case needs: where headgate is, and what the provider behind it saw.
import assert from "node:assert/strict";

const { SDK_GATEWAY, SDK_KEY, SDK_FAKE, SDK_PROVIDER_KEY } = process.env;

export const baseURL = `${SDK_GATEWAY}/v1`;
export const apiKey = SDK_KEY;
export const providerKey = SDK_PROVIDER_KEY;

export const text = "Grüße aus Oslo 🌍";
export const question = [{ role: "user", content: "Weather in Oslo?" }];
export const vector = [0.25, -0.5, 1, 0.125];
export const pixel = `data:image/png;base64,${"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ".repeat(4000)}`;
export const city = { city: "Oslo", temp_c: 4 };
export const weatherParameters = {
  type: "object",
  properties: { city: { type: "string" } },
  required: ["city"],
  additionalProperties: false,
};

// The failures that each client must report as its own exception, with our code and message.
export const failures = [
  { model: "err-500", status: 502, type: "server_error", code: "upstream_error" },
  { model: "err-401", status: 502, type: "server_error", code: "upstream_error" },
  { model: "refused", status: 502, type: "server_error", code: "upstream_error" },
  { model: "hang", status: 504, type: "server_error", code: "upstream_timeout" },
  { model: "err-429", status: 429, type: "rate_limit_error", code: "rate_limit_exceeded" },
  { model: "err-context", status: 400, type: "invalid_request_error", code: "context_length_exceeded" },
  { model: "lab-smal", status: 404, type: "invalid_request_error", code: "model_not_found" },
];

export const brokenStreams = [
  { model: "stream-cut", code: "upstream_error" },
  { model: "stream-error", code: "upstream_error" },
  { model: "stream-stall", code: "upstream_timeout" },
];

export const provider = {
  async reset() {
    await (await fetch(`${SDK_FAKE}/_fake/reset`, { method: "POST" })).text();
  },
  async log() {
    return (await fetch(`${SDK_FAKE}/_fake/log`)).json();
  },
  async only() {
    const exchanges = await this.log();
    assert.equal(exchanges.length, 1);
    return exchanges[0];
  },
  /** The one request upstream is dropped within a second of `moment` (milliseconds). */
  async assertCancelledSince(moment) {
    const deadline = Date.now() + 5000;
    let exchanges = [];
    while (Date.now() < deadline) {
      exchanges = await this.log();
      if (exchanges.length && exchanges.every((one) => one.state === "closed")) break;
    }
    assert.deepEqual(exchanges.map((one) => one.state), ["closed"]);
    assert.ok(exchanges[0].closed_at * 1000 - moment <= 1000);
  },
};

export function assertDiscreet(message) {
  assert.ok(message);
  for (const secret of [SDK_FAKE.replace("http://", ""), providerKey, apiKey]) assert.ok(!message.includes(secret));
}

/** What `work` throws; fails when it does not. */
export async function thrown(work) {
  try {
    await work();
  } catch (error) {
    return error;
  }
  assert.fail("nothing was thrown");
}
