// docs/fidelity.md is made here: each thing a client may ask for, and what becomes of it at each vendor. With
// HEADGATE_UPDATE_DOCS=1 the page is written, without it compared.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <functional>
#include <iterator>
#include <vector>

#include "headgate/providers/adapter.hpp"
#include "headgate/providers/vendor.hpp"

namespace headgate::providers {
namespace {

using chat::Request;

struct Wish {
  std::string name;
  std::function<void(Request&)> add;
};

Request plain() {
  Request request;
  request.model = "m";
  request.max_tokens = 4096;
  request.messages.push_back({chat::Role::user, {}, {chat::text_part("Hello")}});
  return request;
}

chat::Part picture(chat::Source::Kind kind) {
  const bool inlined = kind == chat::Source::Kind::base64;
  return {chat::Image{{kind, inlined ? "AA==" : "https://example.com/a.png", "image/png"}, {}}, {}};
}

chat::Part file(chat::Source::Kind kind) {
  switch (kind) {
    case chat::Source::Kind::base64: return {chat::File{{kind, "AA==", "application/pdf"}, "a.pdf"}, {}};
    case chat::Source::Kind::url: return {chat::File{{kind, "https://example.com/a.pdf", {}}, "a.pdf"}, {}};
    case chat::Source::Kind::text: return {chat::File{{kind, "words", "text/plain"}, "a.txt"}, {}};
    case chat::Source::Kind::file_id: break;
  }
  return {chat::File{{chat::Source::Kind::file_id, "file_1", {}}, "a"}, {}};
}

void say(Request& request, chat::Part part) { request.messages.back().parts.push_back(std::move(part)); }

void offer(Request& request) {
  request.tools.push_back({"look", "Looks", R"({"type":"object","properties":{}})", {}, false, {}});
}

void call(Request& request, std::vector<chat::Part> before = {}) {
  offer(request);
  chat::Message said{chat::Role::assistant, {}, std::move(before)};
  said.parts.push_back({chat::ToolCall{"call_1", "look", "{}", {}, false}, {}});
  request.messages.push_back(std::move(said));
}

void answer_call(Request& request, std::vector<chat::Part> content, bool failed = false) {
  call(request);
  request.messages.push_back(
      {chat::Role::tool, {}, {{chat::ToolResult{"call_1", "look", std::move(content), failed}, {}}}});
}

void choose(Request& request, chat::ToolChoice choice) {
  offer(request);
  request.tool_choice = std::move(choice);
}

const std::vector<Wish>& wishes() {
  using enum chat::ToolChoice::Mode;
  using Kind = chat::Source::Kind;
  static const std::vector<Wish> all{
      {"system message",
       [](Request& r) {
         r.messages.insert(r.messages.begin(), {chat::Role::system, {}, {chat::text_part("Be brief")}});
       }},
      {"developer message",
       [](Request& r) {
         r.messages.insert(r.messages.begin(), {chat::Role::developer, {}, {chat::text_part("Be brief")}});
       }},
      {"system message later on",
       [](Request& r) {
         r.messages.push_back({chat::Role::assistant, {}, {chat::text_part("Hi")}});
         r.messages.push_back({chat::Role::system, {}, {chat::text_part("Be brief")}});
         r.messages.push_back({chat::Role::user, {}, {chat::text_part("And now?")}});
       }},
      {"name of a speaker", [](Request& r) { r.messages.back().name = "ann"; }},
      {"image, inline", [](Request& r) { say(r, picture(Kind::base64)); }},
      {"image, by URL", [](Request& r) { say(r, picture(Kind::url)); }},
      {"audio",
       [](Request& r) {
         say(r, {chat::Audio{{Kind::base64, "AA==", "audio/wav"}}, {}});
       }},
      {"PDF, inline", [](Request& r) { say(r, file(Kind::base64)); }},
      {"file, by URL", [](Request& r) { say(r, file(Kind::url)); }},
      {"file, by its id", [](Request& r) { say(r, file(Kind::file_id)); }},
      {"tools", [](Request& r) { offer(r); }},
      {"tools that keep to their schema",
       [](Request& r) {
         offer(r);
         r.tools.back().strict = true;
       }},
      {"tools that take text",
       [](Request& r) {
         offer(r);
         r.tools.back().custom = true;
         r.tools.back().parameters.clear();
       }},
      {"no tool",
       [](Request& r) {
         choose(r, {none, {}});
       }},
      {"some tool",
       [](Request& r) {
         choose(r, {required, {}});
       }},
      {"this tool",
       [](Request& r) {
         choose(r, {required, {"look"}});
       }},
      {"one of these tools",
       [](Request& r) {
         choose(r, {automatic, {"look"}});
       }},
      {"one tool at a time",
       [](Request& r) {
         offer(r);
         r.parallel_tools = false;
       }},
      {"call and result of a tool", [](Request& r) { answer_call(r, {chat::text_part("{}")}); }},
      {"result that is a failure", [](Request& r) { answer_call(r, {chat::text_part("no")}, true); }},
      {"result with an image", [](Request& r) { answer_call(r, {picture(Kind::base64)}); }},
      {"answer in JSON", [](Request& r) { r.format = chat::Format{}; }},
      {"answer by a schema",
       [](Request& r) {
         r.format = chat::Format{R"({"type":"object","properties":{}})", "x", {}, true};
       }},
      {"effort of reasoning",
       [](Request& r) {
         r.thinking = chat::Thinking{chat::Effort::low, {}, {}, {}};
       }},
      {"budget of reasoning",
       [](Request& r) {
         r.thinking = chat::Thinking{{}, 2048, {}, {}};
       }},
      {"no reasoning",
       [](Request& r) {
         r.thinking = chat::Thinking{chat::Effort::none, {}, {}, {}};
       }},
      {"earlier thoughts, signed",
       [](Request& r) {
         call(r, {{chat::Reasoning{"Hm", "c2ln"}, {}}});
         r.messages.push_back(
             {chat::Role::tool, {}, {{chat::ToolResult{"call_1", "look", {chat::text_part("{}")}, false}, {}}}});
       }},
      {"earlier thoughts, sealed",
       [](Request& r) {
         call(r, {{chat::SealedReasoning{"c2Vh"}, {}}});
         r.messages.push_back(
             {chat::Role::tool, {}, {{chat::ToolResult{"call_1", "look", {chat::text_part("{}")}, false}, {}}}});
       }},
      {"temperature", [](Request& r) { r.temperature = 0.5; }},
      {"top_p", [](Request& r) { r.top_p = 0.5; }},
      {"top_k", [](Request& r) { r.top_k = 5; }},
      {"penalties",
       [](Request& r) {
         r.presence_penalty = 0.5;
         r.frequency_penalty = 0.5;
       }},
      {"seed", [](Request& r) { r.seed = 7; }},
      {"stop", [](Request& r) { r.stop = {"END"}; }},
      {"several answers", [](Request& r) { r.answers = 2; }},
      {"logprobs", [](Request& r) { r.logprobs = true; }},
      {"logit_bias",
       [](Request& r) {
         r.extras.push_back({"logit_bias", R"({"1":5})"});
       }},
      {"user", [](Request& r) { r.user = "u-1"; }},
      {"metadata",
       [](Request& r) {
         r.metadata = {{"team", "a"}};
       }},
      {"service_tier", [](Request& r) { r.service_tier = "auto"; }},
      {"key of the prompt cache", [](Request& r) { r.cache_key = "k"; }},
      {"marks of the prompt cache",
       [](Request& r) { r.messages.back().parts.back().remember = chat::CacheTime::five_minutes; }},
      {"verbosity", [](Request& r) { r.verbosity = "low"; }},
      {"store", [](Request& r) { r.store = false; }},
      {"a member unknown to all",
       [](Request& r) {
         r.extras.push_back({"colour", "1"});
       }},
  };
  return all;
}

std::string cell(const Wish& wish, const Vendor& vendor) {
  auto request = plain();
  wish.add(request);
  const auto written = dialects::write_request(request, vendor.words);
  if (!written) {
    EXPECT_EQ(written.error().status(), 422) << wish.name << " at " << vendor.name;
    EXPECT_FALSE(written.error().param().empty()) << wish.name << " at " << vendor.name;
    return written.error().param() == "n" ? "each" : "422";
  }
  return written->changed.empty() ? "yes" : "told";
}

std::string cell(wire::Surface surface, const Vendor& vendor) {
  Account account;
  account.type = vendor.name;
  account.base_url = "https://api.example/v1";
  const auto answering = Adapter(account, *wire::parse_url(account.base_url), vendor).answering(surface);
  return !answering ? "422" : *answering == surface ? "yes" : "told";
}

std::string page() {
  std::string text = R"(# What gets through

Made by `fidelity_test`: what a client may ask for, and what becomes of it when its request is said anew for another
dialect or in a vendor's own way. A client of the provider's own dialect gets its bytes through as they are, and nothing of
this applies.

- **yes**: it is said as it was meant
- **told**: it is said in another way, or left out because it changes no answer; `x-headgate-adapted` names it
- **each**: the request goes out once for each answer
- **422**: it would change the answer and cannot be said; the error names it, and another model is asked where the request
  may go to several

| asked for |)";
  std::vector<const Vendor*> columns;
  for (const auto& vendor : vendors())
    if (vendor.name != "simulated") columns.push_back(&vendor);
  for (const auto* vendor : columns) text += " " + std::string(vendor->name) + " |";
  text += "\n| --- |";
  for (std::size_t i = 0; i < columns.size(); ++i) text += " --- |";
  for (const auto& wish : wishes()) {
    text += "\n| " + wish.name + " |";
    for (const auto* vendor : columns) text += " " + cell(wish, *vendor) + " |";
  }
  text += R"(

OpenAI's surfaces besides chat completions. **told**: a completion is asked for as a conversation of one message; its
`suffix`, `echo`, `logprobs`, `best_of`, several prompts and prompts of tokens are a 422 then. Embeddings at `gemini` are
of texts, not tokens.

| asked for |)";
  for (const auto* vendor : columns) text += " " + std::string(vendor->name) + " |";
  text += "\n| --- |";
  for (std::size_t i = 0; i < columns.size(); ++i) text += " --- |";
  for (std::size_t i = 1; i < wire::surface_count; ++i) {
    const auto surface = static_cast<wire::Surface>(i);
    text += "\n| `/v1" + std::string(wire::path_of(surface)) + "` |";
    for (const auto* vendor : columns) text += " " + cell(surface, *vendor) + " |";
  }
  return text + "\n";
}

}  // namespace

TEST(Fidelity, IsWhatItsPageSays) {
  const std::string path = std::string(HEADGATE_SOURCE_DIR) + "/docs/fidelity.md";
  if (std::getenv("HEADGATE_UPDATE_DOCS") != nullptr) std::ofstream(path) << page();
  std::ifstream file(path);
  const std::string written(std::istreambuf_iterator<char>(file), {});
  EXPECT_EQ(written, page()) << "HEADGATE_UPDATE_DOCS=1 providers_test --gtest_filter='Fidelity.*' writes it anew";
}

}  // namespace headgate::providers
