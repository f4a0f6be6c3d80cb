// Members of a JSON object by type, with the first mistake remembered by its path.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "headgate/core/error.hpp"
#include "headgate/wire/json.hpp"

namespace headgate::dialects::responses {

// The first thing wrong with what is being read; what comes after it is read for nothing. Value.
class Complaint {
 public:
  void at(const std::string& path, std::string_view expected) {
    if (error_) return;
    error_ = core::Error(core::Code::invalid_request, "`" + path + "` must be " + std::string(expected) + ".");
    error_->with_param(path);
  }
  const std::optional<core::Error>& error() const { return error_; }

 private:
  std::optional<core::Error> error_;
};

// What is missing or null gives nothing. Value; refers to the complaint.
class Fields {
 public:
  Fields(wire::JsonValue object, std::string path, Complaint& complaint)
      : object_(object), path_(std::move(path)), complaint_(complaint) {}

  std::string path_of(std::string_view name) const {
    return path_.empty() ? std::string(name) : (path_ + ".").append(name);
  }
  wire::JsonValue operator[](std::string_view name) const { return object_[name]; }

  std::string text(std::string_view name) const {
    return checked(name, object_[name].is_string(), "a string").string();
  }
  std::string needed_text(std::string_view name) const {
    if (!object_[name].is_string()) complaint_.at(path_of(name), "a string");
    return object_[name].string();
  }
  std::optional<bool> flag(std::string_view name) const {
    const auto value = object_[name].boolean();
    checked(name, value.has_value(), "true or false");
    return value;
  }
  std::optional<std::uint64_t> count(std::string_view name) const {
    const auto value = object_[name].count();
    checked(name, value.has_value(), "a whole number, 0 or more");
    return value;
  }
  std::optional<double> number(std::string_view name) const {
    const auto value = object_[name].number();
    checked(name, value.has_value(), "a number");
    return value;
  }
  wire::JsonValue object(std::string_view name) const { return checked(name, object_[name].is_object(), "an object"); }
  wire::JsonValue list(std::string_view name) const { return checked(name, object_[name].is_array(), "an array"); }
  Fields fields(std::string_view name) const { return {object(name), path_of(name), complaint_}; }

 private:
  wire::JsonValue checked(std::string_view name, bool sound, std::string_view expected) const {
    const auto value = object_[name];
    if (value.is_set() && !sound) complaint_.at(path_of(name), expected);
    return value.is_set() ? value : wire::JsonValue();
  }

  wire::JsonValue object_;
  std::string path_;
  Complaint& complaint_;
};

inline std::string nth(std::string_view path, std::size_t index) {
  return std::string(path).append("[").append(std::to_string(index)).append("]");
}

}  // namespace headgate::dialects::responses
