#include "daemon.hpp"

#include <malloc.h>
#include <sys/resource.h>
#include <unistd.h>

#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <cstdio>
#include <filesystem>

#include "banner.hpp"
#include "catalog_alarms.hpp"
#include "compose.hpp"
#include "drills.hpp"
#include "effective_config.hpp"
#include "file_watch.hpp"
#include "key_store.hpp"
#include "log.hpp"
#include "memory.hpp"
#include "request_history.hpp"
#include "token_keeper.hpp"
#include "version.hpp"

namespace headgate::app {
namespace {

constexpr core::milliseconds between_looks{250};  // a revoked key is dead within a second
constexpr core::milliseconds longest_pause_of_keys{500};
constexpr core::milliseconds longest_pause_of_files{8'000};

config::Environment environment_of_daemon() {
  auto environment = compose_environment();
  environment.has_tenant_keys = [](const std::string& data_dir) {
    const auto book = KeyStore(data_dir).book();
    return book && !book->empty();
  };
  return environment;
}

void prepare_process() {
  std::signal(SIGPIPE, SIG_IGN);
  // Bodies of megabytes go back to the system when freed, whatever came before them.
  mallopt(M_MMAP_THRESHOLD, 256 * 1024);
  mallopt(M_TRIM_THRESHOLD, 1024 * 1024);
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
  }
}

class Daemon {
 public:
  Daemon(ServeOptions options, config::Settings settings)
      : options_(std::move(options)),
        settings_(std::move(settings)),
        log_(settings_.log),
        workers_(worker_count(settings_.server)),
        reloaded_ok_(registry_.gauge("headgate_config_last_reload_successful",
                                     "1 when the newest configuration is in use, 0 when it was refused.")),
        reloaded_at_(registry_.gauge("headgate_config_last_reload_success_timestamp_seconds",
                                     "When a configuration was last taken into use.")),
        in_flight_(registry_.gauge("headgate_requests_in_flight", "Requests that are being answered.")),
        drills_(log_, registry_,
                {[this](server::DrillOrder order) { return server_->start_drill(std::move(order)); },
                 [this](std::optional<gateway::LiveDrill> drill) {
                   live_drill_ = std::move(drill);
                   use(gateway::with_drill(*snapshot_, live_drill_, ++generation_));
                 }},
                options_.demo ? "" : settings_.data_dir, std::chrono::system_clock::now()) {}

  int run() {
    auto keys_seen = marks_of(key_files());
    files_.loaded(marks_of(files_of(settings_, options_.config)));
    registry_.gauge("headgate_build_info", "Always 1; the version is a label.", {{"version", std::string(version)}})
        .set(1);
    auto accounting = compose_accounting(settings_, keep());
    if (!accounting) return fail(accounting.error());
    accounting_ = std::move(*accounting);
    auto responses = compose_responses(settings_, keep(), nullptr);
    if (!responses) return fail(responses.error());
    responses_ = std::move(*responses);
    auto snapshot =
        compose_snapshot(settings_, registry_, workers_, ++generation_, accounting_, &tokens_, nullptr, responses_);
    if (!snapshot) return fail(snapshot.error());
    keys_.loaded(std::move(keys_seen));
    snapshot_ = *snapshot;
    auto tls = compose_tls(settings_.server);
    if (!tls) return fail(tls.error());
    auto with = settings_.server;
    with.workers = workers_;
    server_.emplace(std::move(with), snapshot_, *tls, registry_, collaborators());
    if (auto listening = server_->listen(); !listening) return fail(listening.error());
    signals_.emplace(server_->control().io(), SIGTERM, SIGINT, SIGHUP);
    wait_for_signal();
    server_->start();
    token_keeper_.emplace(server_->control(), tokens_, log_, registry_).look(core::Clock::now());
    note_success();
    announce();
    tell_alarms();
    forget_start_up();
    watch_files();
    server_->control().run([this](const char* bug) { log_.error("bug", {{"what", bug}}); });
    log_.info("stopped");
    return 0;
  }

 private:
  Keep keep() const { return options_.demo ? Keep::nothing : Keep::ledger; }

  int fail(const core::Error& error) {
    std::fprintf(stderr, "headgate: %s\n", error.message().c_str());
    return 2;
  }

  server::Collaborators collaborators() {
    return {[this](gateway::RequestRecord& record) {
              log_.request(record);
              drills_.heard(record);
              if (!record.asked_model.empty()) history_.remember(record);
            },
            [this](const char* bug) {
              log_.error("bug", {{"what", bug}});
            },
            [this](std::string_view id) { return history_.find(id); },
            [this](std::string_view id, std::string_view tenant, double score) {
              const auto answered = history_.take_rating(id, tenant);
              if (answered) accounting_->records().rate(answered->model, answered->capability, score, answered->signal);
              return answered.has_value();
            },
            [this] { return describe(); },
            [this] { return reload(marks_of(files_of(settings_, options_.config)), true); },
            [this] { return drills_.describe(settings_.drills, std::chrono::system_clock::now()); },
            [this](const server::DrillAsk& ask) { return drills_.start(ask, *snapshot_, settings_.drills); },
            [this] { return drills_.overdue(); }};
  }

  void announce() const {
    const bool is_terminal = isatty(STDOUT_FILENO) != 0;
    const Listening listening{server_->api_address(), server_->admin_address(), settings_.server.tls.has_value(),
                              options_.demo             ? "demo"
                              : options_.config.empty() ? "built in"
                                                        : options_.config};
    const auto text = is_terminal ? banner(listening, settings_) : ready_line(listening, settings_) + "\n";
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
  }

  std::string describe() const {
    return app::describe(settings_, snapshot_->router.models(), options_.demo ? "demo" : options_.config);
  }

  void tell_alarms() { alarms_.tell(snapshot_->router.models(), settings_.catalog, std::chrono::system_clock::now()); }

  void note_success() {
    note_state();
    reloaded_at_.set(static_cast<double>(
        std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count()));
  }

  void note_state() { reloaded_ok_.set(files_.has_failed() || keys_.has_failed() ? 0 : 1); }

  std::vector<std::string> key_files() const {
    const KeyStore store(settings_.data_dir);
    return {store.file(), store.pepper_file()};
  }

  // A bad file never replaces a good one. `tell` false: the same refusal was logged before.
  bool reload(FileMarks seen, bool tell) {
    auto fresh = fresh_settings(tell);
    if (!fresh) return refuse_reload(std::move(seen), "the configuration has errors", tell);
    auto responses = compose_responses(*fresh, keep(), responses_);
    if (!responses) return refuse_reload(std::move(seen), responses.error().message(), tell);
    auto snapshot = compose_snapshot(*fresh, registry_, workers_, ++generation_, accounting_, &tokens_,
                                     snapshot_->health.get(), *responses);
    if (!snapshot) return refuse_reload(std::move(seen), snapshot.error().message(), tell);
    auto tls = compose_tls(fresh->server);
    if (!tls) return refuse_reload(std::move(seen), tls.error().message(), tell);
    if (auto renewed = renew_accounting(*fresh, *accounting_); !renewed)
      return refuse_reload(std::move(seen), renewed.error().message(), tell);
    if (fresh->server != settings_.server)
      log_.warn("server settings changed; they take effect at the next start", {{"keys", "server.*"}});
    fresh->server = settings_.server;
    responses_ = std::move(*responses);
    if (responses_ != nullptr) responses_->apply(response_limits(*fresh));
    settings_ = std::move(*fresh);
    if (options_.log_level) settings_.log.level = *options_.log_level;
    log_.apply(settings_.log);
    use(*snapshot);
    if (settings_.server.tls) server_->swap_tls(*tls);
    files_.loaded(std::move(seen));
    files_.follow(files_of(settings_, options_.config));
    note_success();
    log_.info("configuration reloaded", {{"config", options_.config}});
    tell_alarms();
    return true;
  }

  bool refuse_reload(FileMarks seen, const std::string& why, bool tell) {
    files_.failed(std::move(seen), core::Clock::now());
    note_state();
    if (tell)
      log_.error("configuration refused; the old one stays in use", {{"config", options_.config}, {"reason", why}});
    return false;
  }

  // Keys are followed on their own: a revocation must not wait until everything else is in order.
  void reload_keys(FileMarks seen) {
    auto book = KeyStore(settings_.data_dir).book();
    if (book) {
      keys_.loaded(std::move(seen));
      use(gateway::with_keys(*snapshot_, std::move(*book), ++generation_));
      log_.info("keys reloaded", {{"data_dir", settings_.data_dir}});
    } else {
      if (keys_.is_news(seen))
        log_.error("keys refused; those known before stay in use", {{"reason", book.error().message()}});
      keys_.failed(std::move(seen), core::Clock::now());
    }
    note_state();
  }

  void use(server::SnapshotPtr snapshot) {
    const bool forgets_drill = live_drill_ && !snapshot->drill;
    snapshot_ = forgets_drill ? gateway::with_drill(*snapshot, live_drill_, snapshot->generation) : std::move(snapshot);
    server_->swap(snapshot_);
  }

  std::optional<config::Settings> fresh_settings(bool tell) {
    if (options_.config.empty()) return settings_;
    auto loaded = config::load_file(options_.config, environment_of_daemon());
    for (const auto& found : loaded.diagnostics)
      if (tell && found.severity == config::Severity::error)
        log_.error(
            found.file + ":" + std::to_string(found.line) + ":" + std::to_string(found.column) + ": " + found.message,
            {{"code", found.code}, {"line", found.source_line}, {"expected", found.expected}, {"hint", found.hint}});
    return std::move(loaded.settings);
  }

  // One set for good: between two of them a signal would find nobody, and end the process.
  void wait_for_signal() {
    signals_->async_wait([this](const boost::system::error_code& error, int signal) {
      if (error) return;
      if (signal == SIGHUP) {
        reload(marks_of(files_of(settings_, options_.config)), true);
      } else {
        log_.info(server_->draining() ? "ending now" : "draining", {{"signal", std::to_string(signal)}});
        server_->drain();
      }
      wait_for_signal();
    });
  }

  void watch_files() {
    if (!look_again_) look_again_.emplace(server_->control().io());
    look_again_->expires_after(between_looks);
    look_again_->async_wait([this](const boost::system::error_code& error) {
      if (error) return;
      look();
      tell_health();
      token_keeper_->look(core::Clock::now());
      drills_.look(*snapshot_, settings_.drills, std::chrono::system_clock::now());
      alarms_.look(snapshot_->router.models(), settings_.catalog, std::chrono::system_clock::now());
      accounting_->budgets().expire({core::Clock::now(), std::chrono::system_clock::now()});
      memory_.look(in_flight_.value() > 0);
      watch_files();
    });
  }

  // What changed between providers and us, to whoever watches.
  void tell_health() {
    for (const auto& change : snapshot_->health->journal().take()) {
      const auto& [from, to, reason, at, until, calls] = change.transition;
      const bool key = change.scope == health::Scope::credential;
      const std::string state(health::name_of(to));
      LogFields fields{{"provider", change.provider}, {"reason", std::string(health::name_of(reason))}};
      if (!change.target.empty()) fields.push_back({"model", change.target});
      if (!key) {
        fields.push_back({"from", std::string(health::name_of(from))});
        fields.push_back({"to", state});
        fields.push_back({"failed", std::to_string(calls.failed) + " of " + std::to_string(calls.all)});
        registry_
            .counter("headgate_breaker_transitions_total", "Changes of circuit breakers, by the state entered.",
                     {{"provider", change.provider}, {"target", change.target}, {"to", state}})
            .add();
      }
      const char* what = key ? "provider key" : change.target.empty() ? "breaker of a provider" : "breaker of a model";
      to == health::State::open ? log_.warn(what, fields) : log_.info(what, fields);
    }
  }

  void look() {
    const auto now = core::Clock::now();
    if (auto seen = marks_of(key_files()); keys_.is_due(seen, now)) reload_keys(std::move(seen));
    auto seen = marks_of(files_of(settings_, options_.config));
    if (!files_.is_due(seen, now)) return;
    const bool tell = files_.is_news(seen);
    reload(std::move(seen), tell);
  }

  ServeOptions options_;
  config::Settings settings_;
  Log log_;
  metrics::Registry registry_;
  RequestHistory history_;
  unsigned workers_;
  std::uint64_t generation_ = 0;
  metrics::Gauge& reloaded_ok_;
  metrics::Gauge& reloaded_at_;
  metrics::Gauge& in_flight_;
  IdleMemory memory_;
  AccountingPtr accounting_;
  gateway::AccountTokens tokens_;
  ResponsesPtr responses_;
  server::SnapshotPtr snapshot_;
  std::optional<gateway::LiveDrill> live_drill_;
  Drills drills_;
  CatalogAlarms alarms_{[this](std::string_view what, const LogFields& fields) { log_.warn(what, fields); }, registry_};
  FileWatch keys_{longest_pause_of_keys};
  FileWatch files_{longest_pause_of_files};
  std::optional<server::Server> server_;
  std::optional<TokenKeeper> token_keeper_;
  std::optional<boost::asio::signal_set> signals_;
  std::optional<boost::asio::steady_timer> look_again_;
};

}  // namespace

std::string config_path_or_default(const std::string& named) {
  if (!named.empty()) return named;
  std::error_code ignored;
  return std::filesystem::exists("headgate.yaml", ignored) ? "headgate.yaml" : "";
}

std::optional<config::Settings> settings_for(const std::string& config_path) {
  auto environment = compose_environment();
  if (config_path.empty()) return config::defaults(environment);
  // The daemon's secrets need not be at hand where a verb is typed.
  static constexpr std::string_view stand_in = "not-at-hand";
  environment.secrets_at_hand = false;
  environment.variable = [look_up = environment.variable](const std::string& name) {
    auto value = look_up(name);
    return value ? value : std::optional(std::string(stand_in));
  };
  environment.read_file = [read = environment.read_file, config_path](const std::string& path, std::size_t limit) {
    auto file = read(path, limit);
    if (!file.text && path != config_path) file.text = std::string(stand_in);
    return file;
  };
  auto loaded = config::load_file(config_path, environment);
  if (config::has_errors(loaded.diagnostics)) std::fputs(config::to_text(loaded.diagnostics).c_str(), stderr);
  return std::move(loaded.settings);
}

int serve(const ServeOptions& options) {
  prepare_process();
  const auto environment = environment_of_daemon();
  std::optional<config::Settings> settings;
  if (options.demo) {
    settings = config::demo(environment);
  } else if (options.config.empty()) {
    settings = config::defaults(environment);
  } else {
    auto loaded = config::load_file(options.config, environment);
    settings = std::move(loaded.settings);
    auto found = std::move(loaded.diagnostics);
    if (settings)
      for (auto& warning : price_warnings(*settings, options.config)) found.push_back(std::move(warning));
    if (!found.empty()) std::fputs(config::to_text(found).c_str(), stderr);
  }
  if (!settings) return 2;
  if (options.log_level) settings->log.level = *options.log_level;
  return Daemon(options, std::move(*settings)).run();
}

}  // namespace headgate::app
