#include <array>

#include "headgate/config/diagnostic.hpp"

namespace headgate::config {

std::span<const CodeEntry> codes() {
  static constexpr auto table = std::to_array<CodeEntry>({
      {"HG-1001", "Not readable as YAML", "The caret is where reading stopped; the mistake is there or just before."},
      {"HG-1002", "Unknown key", "Correct the name, or remove the key. Nothing is ignored silently."},
      {"HG-1003", "Key given twice", "Remove one of the two; the message names the line of the first."},
      {"HG-1004", "Tab in the indentation", "YAML indents with spaces only."},
      {"HG-1005", "Not UTF-8 text", "Save the file as UTF-8, without control characters."},
      {"HG-1006", "File too large", "A configuration is at most 1 MiB."},
      {"HG-1007", "Nested too deeply", "A configuration is at most 32 levels deep."},
      {"HG-1008", "Anchor, alias or tag", "Write the value out: what a file says stands where it is read."},
      {"HG-1009", "More than one document", "Remove what follows `---`."},
      {"HG-1010", "File cannot be read", "Check the path and its permissions."},
      {"HG-1101", "Wrong type", "The line after the caret says what belongs here."},
      {"HG-1102", "Missing key", "Add it."},
      {"HG-1103", "Unknown word", "Use one of the words listed."},
      {"HG-1104", "Out of range", "Stay inside the bounds listed."},
      {"HG-1105", "Missing unit", "Durations: ms, s, m, h, d. Sizes: B, KB, KiB, MB, MiB, GB, GiB. Money: $ in front."},
      {"HG-1106", "Unknown unit", "Durations: ms, s, m, h, d. Sizes: B, KB, KiB, MB, MiB, GB, GiB."},
      {"HG-1107", "Malformed value", "The line after the caret shows the form."},
      {"HG-1108", "Name with illegal characters",
       "Use letters, digits, dots, dashes and underscores; models may use any printable ASCII."},
      {"HG-1111", "Empty list", "Name at least one entry, or remove the key."},
      {"HG-1112", "Listed twice", "Remove one of the two."},
      {"HG-1201", "Unknown provider", "Correct the name, or add it under `providers`."},
      {"HG-1202", "Unknown model", "Correct the name, or add it under `models`."},
      {"HG-1203", "Unknown pool", "Correct the name, or add it under `pools`."},
      {"HG-1204", "Unknown provider type",
       "Use `openai_compatible` with a `base_url` for any server that speaks OpenAI's API."},
      {"HG-1205", "Malformed base_url", "Scheme, host, optional port and path: `https://api.example.com/v1`."},
      {"HG-1206", "Credentials in base_url", "Remove them; a key goes to `key` as a reference."},
      {"HG-1207", "base_url is neither http nor https", "Use one of the two."},
      {"HG-1208", "Missing base_url", "`openai_compatible` has no URL of its own."},
      {"HG-1209", "No models", "Clients can only ask for what is listed under `models`."},
      {"HG-1210", "Reserved model name",
       "`auto`, `auto:...`, `pool:...`, `...:floor` and `...:nitro` have a meaning in requests."},
      {"HG-1211", "Provider without models", "Add a model on it, or remove it."},
      {"HG-1301", "Key in the file", "Files are copied and shared. Use env:NAME, file:/path or secret:NAME."},
      {"HG-1302", "Environment variable not set", "Set it in the environment that starts Headgate."},
      {"HG-1303", "Key file cannot be read", "Check the path and its permissions."},
      {"HG-1304", "Secret missing", "Store it under `data_dir`/secrets with mode 600."},
      {"HG-1305", "Not usable as a key", "A key is one line of visible ASCII, at most 64 KiB."},
      {"HG-1306", "Secret readable by others", "chmod 600."},
      {"HG-1401", "Open to the network", "Set `access.auth: required`, or listen on loopback."},
      {"HG-1402", "No tenant keys",
       "Create one with `headgate key create --tenant NAME`, or write `access: {auth: open}`."},
      {"HG-1403", "Admin API open to the network", "Keep `admin_listen` on loopback."},
      {"HG-1404", "Two listeners on one port", "Give `listen` and `admin_listen` different ports."},
      {"HG-1405", "Malformed address", "IP address and port: 127.0.0.1:8080, [::1]:8080."},
      {"HG-1406", "TLS file not usable", "The certificate, key and client CA must be readable PEM files."},
      {"HG-1407", "ca_file not usable", "It must be a readable PEM file."},
      {"HG-1408", "Illegal header",
       "HTTP's rules for names and values; headers that Headgate writes itself are refused."},
      {"HG-1901", "Not in effect yet", "The key may stay; it starts to work with the version that knows it."},
      {"HG-1902", "Key without effect", "It belongs to another provider type."},
      {"HG-1903", "Provider type not spoken yet",
       "The provider and its models are left out until a version speaks it."},
  });
  return table;
}

}  // namespace headgate::config
