// Accounts at clouds: where they are, and what they show to be let in when it is no key.
#include <algorithm>

#include "builder.hpp"
#include "headgate/providers/vendor.hpp"
#include "reader.hpp"
#include "text.hpp"
#include "values.hpp"

namespace headgate::config {
namespace {

using providers::Proof;

constexpr std::string_view pair_keys[] = {"access_key", "secret_key", "session_token"};

constexpr std::string_view region_example = "a region such as eu-central-1";
constexpr std::string_view location_example = "a location such as europe-west1 or global";

const Node* first_of(const Node& node, std::span<const std::string_view> keys) {
  for (const auto key : keys)
    if (const Node* found = node.find(key)) return found;
  return nullptr;
}

Problem missing(const Entry& entry, std::string_view key, std::string_view expected, std::string hint) {
  return {"HG-1102", "provider " + quote(entry.key) + " has no " + quote(key), std::string(expected), std::move(hint)};
}

}  // namespace

std::optional<std::string> Builder::variable(std::string_view name) const {
  if (!environment_.variable || name.empty()) return std::nullopt;
  auto value = environment_.variable(std::string(name));
  if (value && value->empty()) value.reset();
  return value;
}

// A place goes into the name of a host.
void Builder::build_place(const Entry& entry, providers::Account& account) {
  const auto* vendor = providers::find_vendor(account.type);
  if (!vendor->places) return;
  const auto& [name, variables, base_url] = *vendor->places;
  take_text(&entry.value, name, account.place);
  for (const auto from : variables) {
    if (!account.place.empty() || entry.value.find(name)) break;
    account.place = variable(from).value_or("");
    if (auto problem = account.place.empty() ? std::nullopt : check_kind("place", account.place)) {
      problem->message = "environment variable " + quote(from) + ": " + problem->message;
      report_.error(*problem, entry.mark, entry.key.size());
      account.place.clear();
      return;
    }
  }
  const bool has_address = entry.value.find("base_url") != nullptr && vendor->publisher.empty();
  if (!account.place.empty() || has_address || entry.value.find(name)) return;
  report_.error(missing(entry, name, name == "region" ? region_example : location_example,
                        "write it, or set " + quote(variables[0]) + " where headgate is started"),
                entry.mark, entry.key.size());
}

void Builder::build_proof(const Entry& entry, providers::Account& account) {
  switch (providers::find_vendor(account.type)->proof) {
    case Proof::key: return build_key(entry, account);
    case Proof::signature: return build_signature(entry, account);
    case Proof::access_token: return build_service_account(entry, account);
  }
}

bool Builder::take_secret(const Entry& entry, std::string_view key, std::string_view otherwise,
                          providers::Account& account, core::Secret& secret, SecretForm form) {
  const Node* node = entry.value.find(key);
  if (!node && otherwise.empty()) return true;
  if (node && !node->is_scalar()) return false;
  const std::string reference = node ? node->text : std::string(otherwise);
  const auto parsed = parse_secret(reference);
  if (!parsed) return false;
  const auto found = resolve(*parsed, settings_.data_dir, environment_, form);
  if (!found) report_.error(found.problem(), node ? node->mark : entry.mark, node ? node->length() : entry.key.size());
  if (!found) return false;
  secret = *found;
  account.sources.emplace_back(key, reference);
  return true;
}

// What the file says comes first, then the variables, an API key before a pair: as AWS's own clients choose.
void Builder::build_signature(const Entry& entry, providers::Account& account) {
  const std::string key_variable(providers::find_vendor(account.type)->key_env);
  const Node* pair = first_of(entry.value, pair_keys);
  const Node* key = entry.value.find("key");
  if (pair && key)
    return report_.error({"HG-1307",
                          "provider " + quote(entry.key) + " has an API key and a pair of keys",
                          {},
                          "remove `key`, or the others"},
                         key->mark, key->length());
  if (key || (!pair && variable(key_variable))) return build_key(entry, account);
  if (pair || variable("AWS_ACCESS_KEY_ID")) return build_pair(entry, account, !pair);
  report_.error({"HG-1302",
                 "provider " + quote(entry.key) + " has no credentials: neither " + quote(key_variable) +
                     " nor `AWS_ACCESS_KEY_ID` is set",
                 {},
                 "set one where headgate is started, or write `key`, or `access_key` and `secret_key`"},
                entry.mark, entry.key.size());
}

void Builder::build_pair(const Entry& entry, providers::Account& account, bool from_variables) {
  const auto* vendor = providers::find_vendor(account.type);
  const auto take = [&](std::string_view key, std::string_view name, core::Secret& secret) {
    const bool usual = from_variables && variable(name);
    return take_secret(entry, key, usual ? "env:" + std::string(name) : "", account, secret, SecretForm::line);
  };
  providers::AwsCredentials aws;
  core::Secret access_key;
  if (!take("access_key", "AWS_ACCESS_KEY_ID", access_key) ||
      !take("secret_key", "AWS_SECRET_ACCESS_KEY", aws.secret_key) ||
      !take("session_token", "AWS_SESSION_TOKEN", aws.session_token))
    return;
  if (access_key.empty() || aws.secret_key.empty())
    return report_.error({"HG-1307",
                          "provider " + quote(entry.key) + " has half of a pair of keys",
                          {},
                          from_variables ? "set `AWS_SECRET_ACCESS_KEY` where headgate is started"
                                         : "`access_key` and `secret_key` belong together"},
                         entry.mark, entry.key.size());
  if (account.place.empty() && entry.value.find("base_url"))
    return report_.error(missing(entry, vendor->places->name, region_example, "a signature is for one region"),
                         entry.mark, entry.key.size());
  aws.access_key = access_key.reveal();
  account.key_source = account.sources.front().second;
  account.aws = std::move(aws);
}

void Builder::build_service_account(const Entry& entry, providers::Account& account) {
  if (const Node* key = entry.value.find("key"))
    return report_.error({"HG-1307",
                          "type " + quote(account.type) + " takes no key",
                          {},
                          "write `credentials`: the key file of a service account"},
                         key->mark, key->length());
  const Node* node = entry.value.find("credentials");
  const auto usual = variable("GOOGLE_APPLICATION_CREDENTIALS");
  if (!node && !usual)
    return report_.error(missing(entry, "credentials", "file:/path/to/service-account.json",
                                 "or set `GOOGLE_APPLICATION_CREDENTIALS` where headgate is started"),
                         entry.mark, entry.key.size());
  core::Secret document;
  if (!take_secret(entry, "credentials", usual ? "file:" + *usual : "", account, document, SecretForm::document))
    return;
  account.key_source = account.sources.back().second;
  if (!document.empty() && !read_credentials(document, node ? node->mark : entry.mark, account)) return;
  build_project(entry, account);
}

bool Builder::read_credentials(const core::Secret& document, Mark mark, providers::Account& account) {
  auto read = providers::read_service_account(document);
  if (read) account.service_account = std::move(*read);
  if (read || !environment_.secrets_at_hand) return true;
  report_.error({"HG-1308", read.error().message(), "the key file of a service account"}, mark);
  return false;
}

void Builder::build_project(const Entry& entry, providers::Account& account) {
  if (account.service_account) account.project = account.service_account->project;
  if (const auto named = variable("GOOGLE_CLOUD_PROJECT")) account.project = *named;
  take_text(&entry.value, "project", account.project);
  if (!account.project.empty() || !environment_.secrets_at_hand) return;
  report_.error(missing(entry, "project", "a project's id", "or set `GOOGLE_CLOUD_PROJECT` where headgate is started"),
                entry.mark, entry.key.size());
}

}  // namespace headgate::config
