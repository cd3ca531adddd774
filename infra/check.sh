#!/usr/bin/env bash
# Checks the template, and that the checks find seeded mistakes. Installs what it needs into target/infra, once.
# With --packages it also checks the zips that ./dev package made.
set -euo pipefail
cd "$(dirname "$0")"
tools=../target/infra

say() { printf '%s\n' "$*" >&2; }

install() {
  python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { say "the checks of infra/ need Python 3.11 or newer"; exit 2; }
  rm -rf "$tools"
  mkdir -p ../target
  if ! python3 -m venv "$tools" >/dev/null 2>&1; then
    # On Debian, venv is a package of its own.
    command -v apt-get >/dev/null || { say "the checks of infra/ need Python's venv module"; exit 2; }
    local as_root=()
    [ "$(id -u)" -eq 0 ] || as_root=(sudo)
    "${as_root[@]}" apt-get update -qq
    DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq python3-venv >/dev/null
    rm -rf "$tools"
    python3 -m venv "$tools"
  fi
  "$tools/bin/pip" install --quiet --disable-pip-version-check --requirement requirements.txt
  cp requirements.txt "$tools/requirements.txt"
}

# `install` copies the file last, so that an interrupted installation starts over.
cmp -s requirements.txt "$tools/requirements.txt" || install
export PYTHONDONTWRITEBYTECODE=1 AWS_DEFAULT_REGION=us-east-1
"$tools/bin/python" check.py "$@"
"$tools/bin/python" -m unittest --quiet test_check
