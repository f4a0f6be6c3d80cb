// What a client may say where it names a model: MODEL, pool:NAME, auto, auto:CAPABILITY, each with
// `:floor` or `:nitro` behind it.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "headgate/core/error.hpp"
#include "headgate/routing/profile.hpp"
#include "headgate/routing/settings.hpp"

namespace headgate::routing {

// Value.
struct Asked {
  enum class What : std::uint8_t { model, pool, automatic };
  What what = What::automatic;
  std::size_t index = 0;  // of the model or the pool
  std::optional<core::Capability> capability;
  std::optional<Sort> sort;
  std::string_view base;  // the name without its suffix
};

// Value.
class Names {
 public:
  explicit Names(const Settings& settings);

  // Nothing for what is not configured. `auto` is always known, whether or not a pool stands behind it.
  std::optional<Asked> read(std::string_view name) const;
  std::optional<std::size_t> model(std::string_view name) const { return find(models_, name); }
  std::optional<std::size_t> pool(std::string_view name) const { return find(pools_, name); }

 private:
  struct Hash : std::hash<std::string_view> {
    using is_transparent = void;
  };
  using Index = std::unordered_map<std::string, std::size_t, Hash, std::equal_to<>>;
  static std::optional<std::size_t> find(const Index& index, std::string_view name);
  std::optional<Asked> read_base(std::string_view name) const;

  Index models_, pools_;
};

// model_not_found, with the closest name.
core::Error unknown_name(std::string_view name, const Settings& settings);

}  // namespace headgate::routing
