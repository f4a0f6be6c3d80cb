// The forwarded body against an oracle that edits the parsed document instead of the bytes.
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <random>

#include "headgate/wire/openai.hpp"
#include "support.hpp"

namespace headgate::wire::openai {
namespace {

using nlohmann::json;

std::string joined(const Spliced& spliced) {
  std::array<std::string_view, Spliced::max_pieces> pieces;
  std::string out;
  for (std::size_t i = 0, count = spliced.pieces(pieces); i < count; ++i) out += pieces[i];
  EXPECT_EQ(out.size(), spliced.size());
  return out;
}

constexpr const char* upstream = R"("up\"stream")";

std::string forward(const std::string& body, StreamOptions stream_options) {
  JsonReader reader;
  const Padded padded(body);
  const auto request = read_request(reader, Surface::chat_completions, padded.text());
  EXPECT_TRUE(request) << body;
  return request ? joined(forwarded_body(*request, padded.text(), upstream, stream_options)) : "";
}

json oracle(const std::string& body, StreamOptions stream_options) {
  auto document = json::parse(body);
  document["model"] = json::parse(upstream);
  document.erase("models");
  document.erase("provider");
  if (stream_options == StreamOptions::remove) document.erase("stream_options");
  if (stream_options != StreamOptions::ask_for_usage) return document;
  if (!document["stream_options"].is_object()) document["stream_options"] = json::object();
  document["stream_options"]["include_usage"] = true;
  return document;
}

void expect_as_the_oracle(const std::string& body) {
  for (const auto options : {StreamOptions::keep, StreamOptions::ask_for_usage, StreamOptions::remove}) {
    const auto forwarded = forward(body, options);
    ASSERT_TRUE(json::accept(forwarded)) << body << "\n" << forwarded;
    EXPECT_EQ(json::parse(forwarded), oracle(body, options)) << body << "\n" << forwarded;
  }
}

// Writes random requests: members in any order, odd spacing, escaped names.
class Writer {
 public:
  explicit Writer(unsigned seed) : random_(seed) {}

  std::string body() {
    std::vector<std::string> members{member("model", any({R"("m")", R"("pool:\u0063ode")", R"("a\\\"b")"})),
                                     member("messages", R"([{"role":"user","content":"hi \"models\":[1],}"}])")};
    if (likely()) members.push_back(member("models", any({"[]", "null", R"(["a"])", R"([ "a" , "b" ])"})));
    if (likely())
      members.push_back(member("provider", any({"null", "{}", "1", R"("x")", R"({"order":["a"],"x":{"y":[{}]}})"})));
    if (likely()) members.push_back(member("stream", any({"true", "false", "null"})));
    if (likely()) members.push_back(member("stream_options", stream_options()));
    for (const char* name : {"temperature", "tools", "Model", "metadata", "x"})
      if (likely())
        members.push_back(
            member(name, any({"0.5", "-1e-7", "[]", "{}", "\"\"", "true", R"({"model":"no","models":[{}]})"})));
    std::shuffle(members.begin(), members.end(), random_);
    return blank() + "{" + list(members) + "}" + blank();
  }

 private:
  bool likely() { return random_() % 2 == 0; }
  std::string any(const std::vector<std::string>& choices) { return choices[random_() % choices.size()]; }
  std::string blank() { return any({"", "", "", " ", "\n", "\r\n\t  "}); }

  std::string list(const std::vector<std::string>& members) {
    std::string out = blank();
    for (const auto& member : members) out += (&member == &members.front() ? "" : "," + blank()) + member + blank();
    return out;
  }

  std::string name(std::string text) {
    if (random_() % 5 != 0) return text;
    const auto at = random_() % text.size();
    static constexpr char hex[] = "0123456789abcdef";
    const auto byte = static_cast<unsigned char>(text[at]);
    return text.replace(at, 1, std::string("\\u00") + hex[byte >> 4] + hex[byte & 15]);
  }

  std::string member(const std::string& key, const std::string& value) {
    return "\"" + name(key) + "\"" + blank() + ":" + blank() + value;
  }

  std::string stream_options() {
    if (random_() % 4 == 0) return "null";
    std::vector<std::string> options;
    if (likely())
      options.push_back(
          member("include_usage", any({"true", "false", "null", "0", "\"yes\"", "[1,[2]]", R"({"a":{}})"})));
    if (likely()) options.push_back(member("include_obfuscation", any({"true", "false"})));
    if (random_() % 4 == 0) options.push_back(member("x", R"({"include_usage":false})"));
    std::shuffle(options.begin(), options.end(), random_);
    return "{" + list(options) + "}";
  }

  std::mt19937 random_;
};

std::string body_of(const std::string& members) { return "{" + members + "}"; }
constexpr const char* input = R"("messages":[{"role":"user"}])";

}  // namespace

TEST(ForwardedBody, IsWhatEditingTheDocumentGives) {
  Writer writer(20261122);
  for (int i = 0; i < 5000 && !testing::Test::HasFailure(); ++i) expect_as_the_oracle(writer.body());
}

TEST(ForwardedBody, LosesRouterMembersWhereverTheyStand) {
  const std::string model = R"("model":"m")", models = R"("models":["a"])", provider = R"("provider":{"order":[]})",
                    options = R"("stream_options":{})";
  std::vector<std::string> members{model, input, models, provider, options};
  std::sort(members.begin(), members.end());
  do {
    std::string packed, spaced;
    for (const auto& member : members) {
      packed += (packed.empty() ? "" : ",") + member;
      spaced += (spaced.empty() ? "\n  " : " ,\n  ") + member;
    }
    expect_as_the_oracle(body_of(packed));
    expect_as_the_oracle(body_of(spaced + "\n"));
  } while (std::next_permutation(members.begin(), members.end()));
}

TEST(ForwardedBody, ChangesNothingButWhatMustChange) {
  EXPECT_EQ(forward(R"({ "model" : "m" , "messages":[{"role":"user"}],"temperature":0.10,"seed":1e999 })",
                    StreamOptions::keep),
            R"({ "model" : "up\"stream" , "messages":[{"role":"user"}],"temperature":0.10,"seed":1e999 })");
}

TEST(ForwardedBody, AsksForUsageWhateverStreamOptionsWere) {
  const auto asked = [](const std::string& options) {
    return forward(body_of(R"("model":"m",)" + options + input), StreamOptions::ask_for_usage);
  };
  const std::string model = R"("model":"up\"stream",)";
  EXPECT_EQ(asked(""), body_of(R"("stream_options":{"include_usage":true},)" + model + input));
  EXPECT_EQ(asked(R"("stream_options":null,)"), body_of(model + R"("stream_options":{"include_usage":true},)" + input));
  EXPECT_EQ(asked(R"("stream_options":{},)"), body_of(model + R"("stream_options":{"include_usage":true},)" + input));
  EXPECT_EQ(asked(R"("stream_options":{"include_usage":false},)"),
            body_of(model + R"("stream_options":{"include_usage":true},)" + input));
  EXPECT_EQ(asked(R"("stream_options":{"include_usage":true},)"),
            body_of(model + R"("stream_options":{"include_usage":true},)" + input));
  EXPECT_EQ(asked(R"("stream_options":{"x":1},)"),
            body_of(model + R"("stream_options":{"include_usage":true,"x":1},)" + input));
}

TEST(ForwardedBody, KeepsHugeNumbersDigitByDigit) {
  const std::string number(400, '7');
  EXPECT_EQ(forward(R"({"seed":)" + number + R"(,"models":["a"],"model":"m",)" + input + "}", StreamOptions::keep),
            R"({"seed":)" + number + R"(,"model":"up\"stream",)" + input + "}");
}

TEST(ForwardedBody, FitsIntoItsPieces) {
  EXPECT_TRUE(json::accept(forward(
      R"({"models":[],"a":1,"model":"m","b":2,"provider":{},"stream_options":{"include_usage":0},"messages":[{"role":"user"}]})",
      StreamOptions::ask_for_usage)));
}

}  // namespace headgate::wire::openai
