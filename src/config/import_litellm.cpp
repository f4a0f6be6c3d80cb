#include "headgate/config/import_litellm.hpp"

#include "document.hpp"
#include "litellm_draft.hpp"
#include "litellm_importer.hpp"
#include "report.hpp"

namespace headgate::config {
namespace {

constexpr std::size_t most_found = 1000;

}  // namespace

Imported import_litellm(std::string_view text, const std::string& file_name) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);  // a byte order mark
  Report report(file_name, text, most_found);
  Imported result;
  const auto document = parse_document(text, report);
  // LiteLLM takes the last of two equal keys, a reader the first: nobody knows what was meant.
  if (document && !report.has_errors()) {
    result.yaml = litellm::to_yaml(litellm::Importer(*document, report).draft());
    if (result.yaml->size() > largest_file)
      report.error({"HG-1605", "the result would be larger than 1 MiB", {}, "import the file in parts"}, {});
  }
  if (report.has_errors()) result.yaml.reset();
  const auto dropped = report.dropped();
  result.found = std::move(report).finish();
  if (dropped > 0) {
    Diagnostic more;
    more.code = "HG-1601";
    more.severity = Severity::warning;
    more.message = "and " + std::to_string(dropped) + " more that are not listed";
    more.file = file_name;
    result.found.push_back(std::move(more));
  }
  return result;
}

}  // namespace headgate::config
