// Stands in front of the system's name look-up: names ending in ".test" mean what the test says, all
// others go through. Include it in one source of an executable only: it defines getaddrinfo().
#pragma once

#include <arpa/inet.h>
#include <dlfcn.h>
#include <netdb.h>

#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace headgate::test {

// Shared with the threads that look up.
class FakeNames {
 public:
  static FakeNames& instance() {
    static auto& names = *std::make_unique<FakeNames>().release();  // a look-up may outlive main()
    return names;
  }

  // Forgets everything.
  void reset() {
    const std::scoped_lock lock(mutex_);
    names_.clear();
    asked_ = 0;
    held_ = false;
    held_names_.clear();
    released_.notify_all();
  }
  void say(const std::string& name, std::vector<std::string> ipv4) {
    const std::scoped_lock lock(mutex_);
    names_[name] = std::move(ipv4);
  }
  // No question is answered until released.
  void hold() {
    const std::scoped_lock lock(mutex_);
    held_ = true;
  }
  // This one is not.
  void hold(const std::string& name) {
    const std::scoped_lock lock(mutex_);
    held_names_.insert(name);
  }
  void release() {
    const std::scoped_lock lock(mutex_);
    held_ = false;
    held_names_.clear();
    released_.notify_all();
  }
  unsigned asked() const {
    const std::scoped_lock lock(mutex_);
    return asked_;
  }

  std::vector<std::string> look_up(const std::string& name) {
    std::unique_lock lock(mutex_);
    ++asked_;
    released_.wait_for(lock, std::chrono::seconds(10), [&] { return !held_ && !held_names_.contains(name); });
    return names_[name];
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable released_;
  std::map<std::string, std::vector<std::string>> names_;
  unsigned asked_ = 0;
  bool held_ = false;
  std::set<std::string> held_names_;
};

// A list in the form of netdb.h, one block of memory per entry.
inline addrinfo* as_addrinfo(const std::vector<std::string>& ipv4) {
  struct Entry {
    addrinfo info;
    sockaddr_in address;
  };
  addrinfo* first = nullptr;
  for (auto text = ipv4.rbegin(); text != ipv4.rend(); ++text) {
    auto* entry = static_cast<Entry*>(std::calloc(1, sizeof(Entry)));
    entry->address.sin_family = AF_INET;
    inet_pton(AF_INET, text->c_str(), &entry->address.sin_addr);
    entry->info.ai_family = AF_INET;
    entry->info.ai_socktype = SOCK_STREAM;
    entry->info.ai_addrlen = sizeof(sockaddr_in);
    entry->info.ai_addr = reinterpret_cast<sockaddr*>(&entry->address);
    entry->info.ai_canonname = nullptr;
    entry->info.ai_next = first;
    first = &entry->info;
  }
  return first;
}

inline constexpr int ours = 0x7e57;  // in ai_protocol of the first entry: who made the list

}  // namespace headgate::test

extern "C" inline __attribute__((used)) int getaddrinfo(const char* name, const char* service, const addrinfo* hints,
                                                        addrinfo** list) {
  using namespace headgate::test;
  if (name != nullptr && std::string_view(name).ends_with(".test")) {
    *list = as_addrinfo(FakeNames::instance().look_up(name));
    if (*list == nullptr) return EAI_NONAME;
    (*list)->ai_protocol = ours;
    return 0;
  }
  using Real = int (*)(const char*, const char*, const addrinfo*, addrinfo**);
  static const auto real = reinterpret_cast<Real>(dlsym(RTLD_NEXT, "getaddrinfo"));
  return real(name, service, hints, list);
}

extern "C" inline __attribute__((used)) void freeaddrinfo(addrinfo* list) {
  if (list == nullptr || list->ai_protocol != headgate::test::ours) {
    using Real = void (*)(addrinfo*);
    static const auto real = reinterpret_cast<Real>(dlsym(RTLD_NEXT, "freeaddrinfo"));
    return real(list);
  }
  while (list != nullptr) {
    addrinfo* const next = list->ai_next;
    std::free(list);
    list = next;
  }
}
