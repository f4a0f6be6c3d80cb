# shellcheck shell=bash
# What the tools share. Sourced; sets `root` and leaves the shell in the repository's root.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$root"

say() { if [[ -t 2 ]]; then printf '\033[1m%s\033[0m\n' "$*"; else printf '== %s\n' "$*"; fi >&2; }
die() { printf 'error: %s\n' "$*" >&2; exit 2; }

# Packages are installed as root; everything else runs as whoever typed the command.
as_root() {
  if [[ $EUID == 0 ]]; then "$@"; else sudo "$@"; fi
}

# Output matters only when the command fails.
quietly() {
  local log status=0
  log=$(mktemp)
  "$@" >"$log" 2>&1 || status=$?
  if ((status)); then cat "$log" >&2; fi
  rm -f "$log"
  return "$status"
}

configure() { quietly cmake --preset "$1"; }
# Other work on the same machine goes first.
build() { local preset=$1; shift; nice cmake --build "build/$preset" "$@" >&2; }

# Files of the project that match the patterns, new ones included, ignored ones not.
project_files() { git ls-files --cached --others --exclude-standard --deduplicate -- "$@"; }
