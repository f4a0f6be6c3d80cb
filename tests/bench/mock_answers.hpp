// What the mock upstream says: one completion, and the parts of one stream.
#pragma once

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

namespace bench {

inline constexpr std::string_view content =
    "A reverse proxy sits between clients and one or more backend servers. It accepts requests on "
    "behalf of those servers, applies policy such as routing, authentication, caching and rate "
    "limiting, and then forwards each request over a pooled connection. Because it terminates the "
    "client connection it can also hide the topology of the backend, retry failed attempts, and "
    "account for the cost of every call. Spoken to a language model, it is called a gateway.";

inline std::string http_chunk(const std::string& data) {
  char size[20];
  std::snprintf(size, sizeof size, "%zx\r\n", data.size());
  return size + data + "\r\n";
}

inline std::string completion_answer() {
  const std::string body = R"({"id":"chatcmpl-AbCdEfGhIjKlMnOpQrStUvWxYz012","object":"chat.completion",)"
                           R"("created":1732272000,"model":"gpt-4o-mini-2024-07-18","choices":[{"index":0,"message":)"
                           R"({"role":"assistant","content":")" +
                           std::string(content) +
                           R"(","refusal":null},"logprobs":null,"finish_reason":"stop"}],"usage":)"
                           R"({"prompt_tokens":312,"completion_tokens":84,"total_tokens":396,"prompt_tokens_details":)"
                           R"({"cached_tokens":0,"audio_tokens":0},"completion_tokens_details":)"
                           R"({"reasoning_tokens":0,"audio_tokens":0}},"system_fingerprint":"fp_0705bf87c0"})";
  return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
         "x-request-id: req_0123456789abcdef0123456789abcdef\r\nopenai-processing-ms: 312\r\n"
         "Content-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + body;
}

inline std::string stream_event(const std::string& tail) {
  return http_chunk(R"(data: {"id":"chatcmpl-AbCdEfGhIjKlMnOpQrStUvWxYz012","object":"chat.completion.chunk",)"
                    R"("created":1732272000,"model":"gpt-4o-mini","system_fingerprint":"fp_0705bf87c0",)"
                    R"("choices":[)" +
                    tail + "}\n\n");
}

inline std::string word_event(const std::string& word) {
  return stream_event(R"({"index":0,"delta":{"content":")" + word + R"("},"finish_reason":null}])");
}

struct Answers {
  std::string completion = completion_answer();
  std::string stream_head =
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\n"
      "x-request-id: req_0123456789abcdef0123456789abcdef\r\nTransfer-Encoding: chunked\r\n\r\n";
  // Taken in turn: an answer does not say the same word all the time.
  std::array<std::string, 4> events{word_event(" gateway"), word_event(" of"), word_event(" the"),
                                    word_event(" clients")};
  std::string stream_end =
      stream_event(R"(],"usage":{"prompt_tokens":312,"completion_tokens":50,"total_tokens":362})") +
      http_chunk("data: [DONE]\n\n") + "0\r\n\r\n";
};

inline std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    std::perror(path.c_str());
    std::exit(1);
  }
  return {std::istreambuf_iterator<char>(file), {}};
}

// A stream in the words of another dialect: its content type, how it starts, its events and how it ends.
inline Answers answers_from(const std::string& folder) {
  Answers answers;
  answers.stream_head = "HTTP/1.1 200 OK\r\nContent-Type: " + content_of(folder + "/type") +
                        "\r\nTransfer-Encoding: chunked\r\n\r\n" + http_chunk(content_of(folder + "/start"));
  for (std::size_t i = 0; i < answers.events.size(); ++i)
    answers.events.at(i) = http_chunk(content_of(folder + "/event" + std::to_string(i)));
  answers.stream_end = http_chunk(content_of(folder + "/end")) + "0\r\n\r\n";
  return answers;
}

}  // namespace bench
