#include "paths.hpp"

namespace headgate::providers {
namespace {

// Of a segment of a path; versions of models stand behind an @.
bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
         c == '.' || c == '~' || c == '@';
}

}  // namespace

// RFC 3986 section 2.1.
void append_encoded(std::string& out, std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  for (const char c : text) {
    if (is_plain(c)) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out.append({'%', digits[byte >> 4], digits[byte & 15]});
    }
  }
}

void append_path(std::string& out, Paths paths, const Post& post) {
  switch (paths) {
    case Paths::by_surface: out.append(wire::path_of(post.surface)); return;
    case Paths::messages: out.append("/messages"); return;
    case Paths::model_and_method:
      out.append("/models/");
      append_encoded(out, post.model);
      out.append(post.surface == wire::Surface::embeddings ? ":batchEmbedContents"
                 : post.stream                             ? ":streamGenerateContent?alt=sse"
                                                           : ":generateContent");
      return;
    case Paths::deployment:
      out.append("/deployments/");
      append_encoded(out, post.model);
      out.append(wire::path_of(post.surface)).append("?api-version=2024-10-21");
      return;
    case Paths::model_and_converse:
      out.append("/model/");
      append_encoded(out, post.model);
      out.append(post.stream ? "/converse-stream" : "/converse");
      return;
    case Paths::model_and_predict:
      out.append("/models/");
      append_encoded(out, post.model);
      out.append(post.stream ? ":streamRawPredict" : ":rawPredict");
      return;
  }
}

}  // namespace headgate::providers
