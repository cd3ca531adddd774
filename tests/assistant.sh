#!/usr/bin/env bash
# Lets the official Python SDK of the Model Context Protocol, old and new, talk to the whole on free ports over a scratch folder.
#   tests/assistant.sh [muster]     target/debug/muster where none is named
set -euo pipefail
cd "$(dirname "$0")/.."
muster=$(realpath "${1:-target/debug/muster}")
versions=(1.30.0 2.3.0)

for version in "${versions[@]}"; do
  tools=target/mcp-$version
  # Written last, so that what was begun and not finished is begun again.
  [ -e "$tools/installed" ] && continue
  rm -rf "$tools"
  python3 -m venv "$tools"
  "$tools/bin/pip" install --quiet --disable-pip-version-check "mcp==$version"
  touch "$tools/installed"
done

scratch=$(mktemp -d)
served=""
end() {
  [ -z "$served" ] || { kill "$served" 2>/dev/null || true; wait "$served" 2>/dev/null || true; }
  rm -rf "$scratch"
}
trap end EXIT

# A clock that stands still: the club is as it was written.
"$muster" serve --port 0 --simulator-port 0 --data "$scratch/data" --clock manual --snapshot events/club-small.json \
  >"$scratch/served" 2>&1 &
served=$!
for _ in $(seq 120); do
  api=$(grep -oE 'http://127\.0\.0\.1:[0-9]+' "$scratch/served" | head -n 1 || true)
  [ -n "$api" ] && [ "$(curl --silent --output /dev/null --write-out '%{http_code}' "$api/api/health")" = 200 ] && break
  kill -0 "$served" 2>/dev/null || { cat "$scratch/served" >&2; exit 1; }
  sleep 0.5
done

for version in "${versions[@]}"; do
  "target/mcp-$version/bin/python" tests/assistant.py "$api" "$muster"
done
