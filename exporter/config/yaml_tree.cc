// SPDX-License-Identifier: Apache-2.0
#include "exporter/config/yaml_tree.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <map>
#include <sstream>
#include <string_view>
#include <utility>

#include "collectors/net/utf8.h"
#include "exporter/config/wording.h"
#include "exporter/error.h"
#include "exporter/text/one_line.h"

namespace ipband {
namespace {

// More than 10,000 named subnets need; stops aliases of aliases of aliases.
constexpr size_t kMaxNodes = 1'000'000;

constexpr std::string_view kSyntaxAllowed =
    "; allowed: \"key: value\" lines, indented with blanks";

constexpr std::string_view kAliasAllowed =
    "; allowed: a word that begins with * or & in quotes";

YamlNode NodeAt(const YAML::Mark& mark, YamlNode::Kind kind) {
  YamlNode node;
  node.kind = kind;
  node.line = mark.line + 1;
  node.column = mark.column + 1;
  return node;
}

size_t CountNodes(const YamlNode& node) {
  size_t count = 1;
  for (const YamlNode& item : node.items) count += CountNodes(item);
  for (const YamlEntry& entry : node.entries) {
    count += 1 + CountNodes(entry.value);
  }
  return count;
}

// Puts the tree together from the parser's events.
class TreeBuilder : public YAML::EventHandler {
 public:
  explicit TreeBuilder(const std::string& file) : file_(file) {}

  YamlNode TakeRoot() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (documents_++ == 0) return;
    Refuse(NodeAt(mark, YamlNode::Kind::kNull),
           "a second document begins; allowed: one document in a file");
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    Finish(NodeAt(mark, YamlNode::Kind::kNull), anchor);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    YamlNode node = NodeAt(mark, YamlNode::Kind::kNull);
    const auto target = finished_.find(anchor);
    if (target == finished_.end()) {
      Refuse(node,
             "the alias is inside of what it stands for; allowed: an "
             "alias (*name) after the end of its anchor (&name)");
    }
    const int line = node.line;
    const int column = node.column;
    Count(node, CountNodes(target->second));
    node = target->second;
    node.line = line;
    node.column = column;
    Finish(std::move(node), 0);
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag,
                YAML::anchor_t anchor, const std::string& value) override {
    YamlNode node = NodeAt(mark, YamlNode::Kind::kScalar);
    RefuseTag(node, tag);
    RefuseEscape(node, value);
    node.text = value;
    Finish(std::move(node), anchor);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag,
                       YAML::anchor_t anchor,
                       YAML::EmitterStyle::value /*style*/) override {
    Open(NodeAt(mark, YamlNode::Kind::kList), tag, anchor);
  }
  void OnSequenceEnd() override { Close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag,
                  YAML::anchor_t anchor,
                  YAML::EmitterStyle::value /*style*/) override {
    Open(NodeAt(mark, YamlNode::Kind::kMap), tag, anchor);
  }
  void OnMapEnd() override {
    RefuseSecondKey(open_.back().node);
    Close();
  }

 private:
  struct OpenNode {
    YamlNode node;
    YAML::anchor_t anchor = 0;
    bool wants_value = false;  // of a map: the key was read
  };

  [[noreturn]] void Refuse(const YamlNode& node, const std::string& sentence) {
    throw FileError(PlaceOf(node, file_), sentence);
  }

  void RefuseTag(const YamlNode& node, const std::string& tag) {
    if (tag.empty() || tag == "?" || tag == "!") return;
    Refuse(node, Quote(tag) +
                     " is read as a YAML tag; allowed: a word that begins "
                     "with ! in quotes");
  }

  // The file is UTF-8, but yaml-cpp makes a single byte of these two escapes.
  void RefuseEscape(const YamlNode& node, const std::string& value) {
    if (Utf8Length(value) == value.size()) return;
    Refuse(node,
           R"(the escapes "\N" and "\_" are not known; allowed: "\u0085" )"
           R"(and "\u00a0")");
  }

  void RefuseSecondKey(const YamlNode& map) {
    std::map<std::string_view, int> lines;
    for (const YamlEntry& entry : map.entries) {
      const auto [first, is_new] =
          lines.emplace(entry.key.text, entry.key.line);
      if (is_new) continue;
      Refuse(entry.key, "key " + Quote(entry.key.text) + " stands in line " +
                            std::to_string(first->second) +
                            " already; allowed: every key once");
    }
  }

  void RefuseKey(const YamlNode& key) {
    if (key.kind != YamlNode::Kind::kScalar) {
      Refuse(key, "the key of a map is no word; allowed: key: value");
    }
    if (key.text == "<<") {
      Refuse(key,
             "merge keys are not known; allowed: an alias (*name) as a "
             "value");
    }
  }

  void Count(const YamlNode& node, size_t more) {
    nodes_ += more;
    if (nodes_ > kMaxNodes) {
      Refuse(node, "the file is too large; allowed: " +
                       std::to_string(kMaxNodes) + " values");
    }
  }

  void Open(YamlNode node, const std::string& tag, YAML::anchor_t anchor) {
    RefuseTag(node, tag);
    open_.push_back({std::move(node), anchor});
  }

  void Close() {
    OpenNode closed = std::move(open_.back());
    open_.pop_back();
    Finish(std::move(closed.node), closed.anchor);
  }

  // The node is complete; it belongs to the one that is open.
  void Finish(YamlNode node, YAML::anchor_t anchor) {
    Count(node, 1);
    if (anchor != 0) finished_[anchor] = node;
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    OpenNode& parent = open_.back();
    if (parent.node.kind == YamlNode::Kind::kList) {
      parent.node.items.push_back(std::move(node));
    } else if (parent.wants_value) {
      YamlEntry& entry = parent.node.entries.back();
      // The parser sees that there is nothing only at what comes next.
      if (node.kind == YamlNode::Kind::kNull) {
        node.line = entry.key.line;
        node.column = entry.key.column;
      }
      entry.value = std::move(node);
      parent.wants_value = false;
    } else {
      RefuseKey(node);
      parent.node.entries.push_back({std::move(node), {}});
      parent.wants_value = true;
    }
  }

  const std::string& file_;
  YamlNode root_;
  std::vector<OpenNode> open_;
  std::map<YAML::anchor_t, YamlNode> finished_;
  size_t nodes_ = 0;
  int documents_ = 0;
};

// The first line up to `last` that is indented with a tab, or 0. yaml-cpp
// stumbles over such a line much later and says nothing of tabs.
int LineIndentedWithTab(std::string_view text, int last) {
  for (int line = 1; line <= last && !text.empty(); ++line) {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string_view content = text.substr(0, end);
    const size_t first = content.find_first_not_of(" \t");
    if (first != std::string_view::npos && content[first] != '#' &&
        content.substr(0, first).find('\t') != std::string_view::npos) {
      return line;
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return 0;
}

void RefuseOtherEncodings(const TextFile& file) {
  const size_t length = Utf8Length(file.text);
  if (length == file.text.size()) return;
  const std::string_view before = std::string_view(file.text).substr(0, length);
  YamlNode place;
  for (const char c : before) {
    const bool continues = static_cast<unsigned char>(c) >> 6 == 2;
    if (c == '\n') {
      ++place.line;
      place.column = 1;
    } else if (!continues) {
      ++place.column;
    }
  }
  throw FileError(PlaceOf(place, file.name),
                  "this byte is not UTF-8; allowed: text in UTF-8");
}

Error SyntaxError(const TextFile& file, const YAML::Exception& error) {
  YamlNode place;
  if (!error.mark.is_null()) {
    place = NodeAt(error.mark, YamlNode::Kind::kNull);
  }
  if (const int line = LineIndentedWithTab(file.text, place.line + 1)) {
    place.line = line;
    place.column = 1;
    return FileError(
        PlaceOf(place, file.name),
        "the line is indented with a tab" + std::string(kSyntaxAllowed));
  }
  // "*" in YAML stands for what "&" has named; a glob was meant more likely.
  const bool is_alias = error.msg.find("alias") != std::string::npos ||
                        error.msg.find("anchor") != std::string::npos;
  return FileError(PlaceOf(place, file.name),
                   "this is not YAML (" + OneLine(error.msg) + ")" +
                       std::string(is_alias ? kAliasAllowed : kSyntaxAllowed));
}

}  // namespace

YamlNode ParseYaml(const TextFile& file) {
  RefuseOtherEncodings(file);
  std::istringstream stream(file.text);
  TreeBuilder builder(file.name);
  try {
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const YAML::Exception& error) {
    throw SyntaxError(file, error);
  }
  return builder.TakeRoot();
}

std::string PlaceOf(const YamlNode& node, const std::string& file) {
  return file + ":" + std::to_string(node.line) + ":" +
         std::to_string(node.column);
}

}  // namespace ipband
