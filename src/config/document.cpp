#include "document.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <map>
#include <sstream>
#include <utility>

#include "preflight.hpp"
#include "text.hpp"

namespace headgate::config {
namespace {

struct Stop {
  Problem problem;
  Mark mark;
};

Mark to_mark(const YAML::Mark& mark) { return {mark.line, mark.column}; }

Node make_node(Node::Kind kind, const YAML::Mark& mark) {
  Node node;
  node.kind = kind;
  node.mark = to_mark(mark);
  return node;
}

// The parser takes a quote that is never closed for text up to the end of the file.
bool is_closed(std::string_view text) {
  if (text.empty() || (text[0] != '"' && text[0] != '\'')) return true;
  const char quote = text[0];
  for (std::size_t at = 1; at < text.size(); ++at) {
    if (text[at] == '\\' && quote == '"') {
      ++at;
    } else if (text[at] == quote) {
      if (quote == '"' || !text.substr(at).starts_with("''")) return true;
      ++at;
    }
  }
  return false;
}

// Builds the tree from the parser's events: its own node tree keeps the first of two equal keys
// without a word.
class TreeBuilder : public YAML::EventHandler {
 public:
  TreeBuilder(std::string_view text, Report& report) : text_(text), report_(report) {}

  Node take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (documents_++ == 0) return;
    // Without the mark of a new document the parser could not fit the line into the old one.
    if (text_from(mark).starts_with("---")) {
      throw Stop{{"HG-1009", "a second document begins here", "one document in a file"}, to_mark(mark)};
    }
    throw Stop{
        {"HG-1001", "not readable as YAML: this does not continue what stands above", {}, "check the indentation"},
        to_mark(mark)};
  }
  void OnDocumentEnd() override {}
  void OnAnchor(const YAML::Mark& mark, const std::string& name) override {
    refuse_anchor("anchor `&" + name + "`", mark);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override { refuse_anchor("alias", mark); }

  void OnNull(const YAML::Mark& mark, YAML::anchor_t) override { add(make_node(Node::Kind::null, mark)); }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t, const std::string& value) override {
    refuse_tag(tag, mark);
    if (tag == "!" && !is_closed(text_from(mark))) {
      throw Stop{{"HG-1001", "not readable as YAML: this quote is not closed"}, to_mark(mark)};
    }
    Node node = make_node(Node::Kind::scalar, mark);
    node.plain = tag != "!";
    node.text = value;
    add(std::move(node));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {
    open(Node::Kind::sequence, tag, mark);
  }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t, YAML::EmitterStyle::value) override {
    open(Node::Kind::map, tag, mark);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapEnd() override { close(); }

 private:
  struct Frame {
    Node node;
    std::optional<std::pair<std::string, Mark>> key;  // of the entry whose value comes next
    std::map<std::string, int> lines;                 // of the keys so far
  };

  static void refuse_anchor(const std::string& what, const YAML::Mark& mark) {
    throw Stop{{"HG-1008", what + " is not read here", "the value written out"}, to_mark(mark)};
  }

  static void refuse_tag(const std::string& tag, const YAML::Mark& mark) {
    if (tag.empty() || tag == "?" || tag == "!") return;
    throw Stop{{"HG-1008", "tag " + quote(tag) + " is not read here", "the value without a tag"}, to_mark(mark)};
  }

  std::string_view text_from(const YAML::Mark& mark) const {
    return text_.substr(std::min(static_cast<std::size_t>(std::max(0, mark.pos)), text_.size()));
  }

  void open(Node::Kind kind, const std::string& tag, const YAML::Mark& mark) {
    refuse_tag(tag, mark);
    if (frames_.size() >= deepest_nesting) {
      throw Stop{{"HG-1007", "nested more than " + std::to_string(deepest_nesting) + " levels deep"}, to_mark(mark)};
    }
    if (expects_key()) refuse_key(to_mark(mark));
    frames_.push_back({make_node(kind, mark), {}, {}});
  }

  void close() {
    Node node = std::move(frames_.back().node);
    frames_.pop_back();
    add(std::move(node));
  }

  bool expects_key() const { return !frames_.empty() && frames_.back().node.is_map() && !frames_.back().key; }

  static void refuse_key(Mark mark) { throw Stop{{"HG-1001", "a key must be a word", "`name: value`"}, mark}; }

  void add(Node node) {
    if (frames_.empty()) {
      root_ = std::move(node);
      return;
    }
    Frame& frame = frames_.back();
    if (frame.node.is_sequence()) {
      frame.node.items.push_back(std::move(node));
    } else if (!frame.key) {
      if (!node.is_scalar()) refuse_key(node.mark);
      frame.key.emplace(std::move(node.text), node.mark);
    } else {
      add_entry(frame, std::move(node));
    }
  }

  void add_entry(Frame& frame, Node value) {
    auto [key, mark] = std::move(*frame.key);
    frame.key.reset();
    // The parser places a missing value at whatever comes next.
    if (value.kind == Node::Kind::null) value.mark = mark;
    const auto [known, fresh] = frame.lines.emplace(key, mark.line + 1);
    if (!fresh) {
      report_.error({"HG-1003",
                     "key " + quote(key) + " was given before, on line " + std::to_string(known->second),
                     {},
                     "remove one of the two"},
                    mark, key.size());
      return;
    }
    frame.node.entries.push_back({std::move(key), mark, std::move(value)});
  }

  std::string_view text_;
  Report& report_;
  Node root_;
  std::vector<Frame> frames_;
  int documents_ = 0;
};

// The parser's own messages name its grammar rules; these say what people usually did.
std::string way_out(std::string_view message) {
  static const std::map<std::string_view, std::string_view> table{
      {"illegal map value", "put text that contains `: ` in quotes"},
      {"end of map not found", "align this line with the ones above it, or add the missing `:`"},
      {"end of sequence not found", "align the `-` with the ones above it"},
      {"end of map flow not found", "a `{` is not closed, or a `,` is missing"},
      {"end of sequence flow not found", "a `[` is not closed, or a `,` is missing"},
      {"unknown token", "put text that begins with a special character in quotes"},
      {"illegal EOF in scalar", "a quote is not closed"},
  };
  const auto found = table.find(message);
  return found == table.end() ? std::string() : std::string(found->second);
}

}  // namespace

std::optional<Node> parse_document(std::string_view text, Report& report) {
  if (!preflight(text, report)) return std::nullopt;
  TreeBuilder builder(text, report);
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const Stop& stop) {
    report.error(stop.problem, stop.mark);
    return std::nullopt;
  } catch (const YAML::Exception& error) {
    const Mark mark = error.mark.is_null() ? Mark{} : to_mark(error.mark);
    report.error({"HG-1001", "not readable as YAML: " + error.msg, {}, way_out(error.msg)}, mark);
    return std::nullopt;
  }
  return builder.take();
}

}  // namespace headgate::config
