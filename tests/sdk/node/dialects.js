// The conversation that the providers of every dialect know, see tests/support/speakers.py.
export const models = ["chat_completions", "messages", "generate_content"];
export const question = "Weather in Oslo?";
export const text = "It is 4 C in Oslo. 🌍";
export const thought = { type: "thinking", thinking: "Need the weather.", signature: "c2lnbmF0dXJlLTE=" };
export const toolName = "get_weather";
export const argumentsGiven = { city: "Oslo" };
export const result = '{"temp_c":4}';
export const schema = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };
export const city = { city: "Oslo", temp_c: 4 };
export const tokens = { input: 1200, cached: 1024, output: 9 };
