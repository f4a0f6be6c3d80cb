#include "headgate/catalog/catalog.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "row_lines.hpp"

namespace headgate::catalog {

using core::Result;

// Puts rows one over the other. Worker-confined, lives while a catalog is read.
class Builder {
 public:
  Result<void> put(const RowLine& row) {
    Entry* entry = entry_for(row.head);
    if (entry == nullptr) return at(row.place, wrong("more than " + std::to_string(max_entries) + " models"));
    for (const auto& alias : entry->aliases) forget_alias(*entry, alias);
    if (auto applied = apply(row.json, *entry); !applied) return at(row.place, applied.error());
    for (const auto& alias : entry->aliases)
      if (auto named = name(*entry, alias); !named) return at(row.place, named.error());
    return {};
  }

  Catalog take() {
    auto& entries = catalog_.entries_;
    std::sort(entries.begin(), entries.end(),
              [](const Entry& a, const Entry& b) { return std::tie(a.vendor, a.model) < std::tie(b.vendor, b.model); });
    catalog_.index_.clear();
    for (std::size_t i = 0; i < entries.size(); ++i) catalog_.index_[{entries[i].vendor, entries[i].model}] = i;
    for (std::size_t i = 0; i < entries.size(); ++i)
      // A name with a row of its own is no alias any more.
      std::erase_if(entries[i].aliases, [&](const std::string& alias) {
        return catalog_.index_.try_emplace({entries[i].vendor, alias}, i).first->second != i ||
               alias == entries[i].model;
      });
    return std::move(catalog_);
  }

  void set_default(const Entry& entry) { defaults_[entry.vendor] = entry; }
  Entry default_of(const std::string& vendor) const {
    const auto found = defaults_.find(vendor);
    return found == defaults_.end() ? Entry() : found->second;
  }

 private:
  // What the model is known by so far: its own row, that of the model it is an alias of, or what
  // holds for all of the vendor.
  Entry* entry_for(const RowHead& head) {
    auto& entries = catalog_.entries_;
    const auto found = catalog_.index_.find(Catalog::NameView{head.vendor, head.model});
    if (found != catalog_.index_.end() && entries[found->second].model == head.model) return &entries[found->second];
    if (entries.size() == max_entries) return nullptr;
    Entry fresh = found == catalog_.index_.end() ? default_of(head.vendor) : entries[found->second];
    fresh.vendor = head.vendor;
    fresh.model = head.model;
    fresh.aliases.clear();
    entries.push_back(std::move(fresh));
    catalog_.index_[{head.vendor, head.model}] = entries.size() - 1;
    return &entries.back();
  }

  Result<void> name(const Entry& entry, const std::string& alias) {
    const auto here = static_cast<std::size_t>(&entry - catalog_.entries_.data());
    const auto [found, fresh] = catalog_.index_.try_emplace({entry.vendor, alias}, here);
    const Entry& other = catalog_.entries_[found->second];
    // A row of its own says more than an alias.
    if (fresh || found->second == here || other.model == alias) return {};
    return wrong("`" + alias + "` is an alias of `" + other.model + "` already");
  }

  void forget_alias(const Entry& entry, const std::string& alias) {
    const auto found = catalog_.index_.find(Catalog::NameView{entry.vendor, alias});
    if (found != catalog_.index_.end() && &catalog_.entries_[found->second] == &entry && alias != entry.model)
      catalog_.index_.erase(found);
  }

  Catalog catalog_;
  std::map<std::string, Entry> defaults_;
};

Result<Catalog> Catalog::read(std::span<const Text> texts) {
  std::vector<RowLine> rows;
  const auto keep = [&](RowLine row) {
    rows.push_back(std::move(row));
    return Result<void>();
  };
  for (const auto& text : texts)
    if (auto done = each_row(text, keep); !done) return done.error();
  Builder builder;
  for (const auto& row : rows) {
    if (row.head.model != any_model) continue;
    Entry all = builder.default_of(row.head.vendor);
    all.vendor = row.head.vendor;
    all.model = any_model;
    if (auto applied = apply(row.json, all); !applied) return at(row.place, applied.error());
    builder.set_default(all);
  }
  for (const auto& row : rows) {
    if (row.head.model == any_model) continue;
    if (auto done = builder.put(row); !done) return done.error();
  }
  return builder.take();
}

const Entry* Catalog::find(std::string_view vendor, std::string_view model) const {
  const auto found = index_.find(NameView{vendor, model});
  return found == index_.end() ? nullptr : &entries_[found->second];
}

}  // namespace headgate::catalog
