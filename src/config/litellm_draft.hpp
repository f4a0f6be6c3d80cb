// A LiteLLM file in our words, before it is written down. Values.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace headgate::config::litellm {

// An empty text is not written.
struct Account {
  std::string name;
  std::string prefix;  // LiteLLM's word for the provider
  std::string type;
  std::string base_url;
  std::string key;  // a reference
  std::string organization;
  std::string timeout;
};

struct Model {
  std::string name;
  std::size_t account = 0;
  std::string upstream;
  std::vector<std::pair<std::string_view, std::string>> price;  // dollars for a million tokens
  std::string context_window;
  std::string max_output;
};

// What is asked for `model`, in this order.
struct Pool {
  std::string name;
  std::string model;
  std::vector<std::string> models;
};

struct Budget {
  std::string name;
  std::string provider;
  std::string model;
  std::string window;
  std::string limit;
};

struct Draft {
  std::vector<Account> accounts;
  std::vector<Model> models;
  std::vector<Pool> pools;  // none: every model stands alone
  std::string default_model;
  std::vector<Budget> budgets;
  std::size_t max_attempts = 0;  // 0: ours
  std::string within;
  bool asks_for_keys = false;
};

std::string to_yaml(const Draft& draft);

}  // namespace headgate::config::litellm
