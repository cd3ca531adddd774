#!/usr/bin/env bash
# Checks the template, and that the checks find seeded mistakes. Installs what it needs into target/infra, once.
# --packages: the zips that ./dev package made, too.
set -euo pipefail
cd "$(dirname "$0")"
tools=../target/infra
stamp="$tools/requirements.txt"
if ! cmp -s requirements.txt "$stamp"; then
  command -v python3 >/dev/null || { echo "the checks of infra/ need Python 3.11 or newer" >&2; exit 2; }
  python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "the checks of infra/ need Python 3.11 or newer" >&2; exit 2; }
  rm -rf "$tools"
  mkdir -p ../target
  # Debian's python3 may come without venv; virtualenv from PyPI does the same.
  python3 -m venv "$tools" 2>/dev/null || { python3 -m pip install --quiet --user virtualenv && python3 -m virtualenv --quiet "$tools"; }
  "$tools/bin/pip" install --quiet --disable-pip-version-check --requirement requirements.txt
  cp requirements.txt "$stamp"
fi
export PYTHONDONTWRITEBYTECODE=1 SAM_CLI_TELEMETRY=0 AWS_DEFAULT_REGION=us-east-1
"$tools/bin/python" check.py "$@"
"$tools/bin/python" -m unittest --quiet test_check
