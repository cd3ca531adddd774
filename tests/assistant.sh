#!/usr/bin/env bash
# Serves the whole system on free ports over a scratch folder, and lets the old and new official SDKs of the Model
# Context Protocol and its conformance suite talk to it.
#   tests/assistant.sh [muster [address]]     default: target/debug/muster; with an address, that system is used
set -euo pipefail
cd "$(dirname "$0")/.."
muster=$(realpath "${1:-target/debug/muster}")
pythons=(1.30.0 2.3.0)
node_packages=(@modelcontextprotocol/sdk@1.32.2 @modelcontextprotocol/client@2.4.0 @modelcontextprotocol/conformance@0.2.0-alpha.12)
# The protocol revisions whose scenarios are run.
revisions=(2025-11-25 2026-07-28)

for version in "${pythons[@]}"; do
  tools=target/mcp-$version
  # Written last, so that an interrupted installation starts over.
  [ -e "$tools/installed" ] && continue
  rm -rf "$tools"
  python3 -m venv "$tools"
  "$tools/bin/pip" install --quiet --disable-pip-version-check "mcp==$version"
  touch "$tools/installed"
done
node=target/mcp-node
if [ "$(cat "$node/installed" 2>/dev/null)" != "${node_packages[*]}" ]; then
  rm -rf "$node"
  mkdir -p "$node"
  echo '{"private": true}' >"$node/package.json"
  npm --prefix "$node" install --silent --no-audit --no-fund --ignore-scripts --save-exact "${node_packages[@]}"
  # The suite imports a function that Node 20 lacks. Only a command that is not used here needs it.
  suite=$node/node_modules/@modelcontextprotocol/conformance/dist
  sed 's/globSync as [A-Za-z]*,//' "$suite/index.js" >"$suite/server.js"
  printf '%s' "${node_packages[*]}" >"$node/installed"
fi

scratch=$(mktemp -d)
served=""
end() {
  [ -z "$served" ] || { kill "$served" 2>/dev/null || true; wait "$served" 2>/dev/null || true; }
  rm -rf "$scratch"
}
trap end EXIT

api=${2:-}
if [ -z "$api" ]; then
  # The clock stands still, so that the club stays as its file has it.
  "$muster" serve --port 0 --simulator-port 0 --data "$scratch/data" --clock manual --snapshot events/club-small.json \
    >"$scratch/served" 2>&1 &
  served=$!
  for _ in $(seq 120); do
    api=$(grep -oE 'http://127\.0\.0\.1:[0-9]+' "$scratch/served" | head -n 1 || true)
    [ -n "$api" ] && [ "$(curl --silent --output /dev/null --write-out '%{http_code}' "$api/api/health")" = 200 ] && break
    kill -0 "$served" 2>/dev/null || { cat "$scratch/served" >&2; exit 1; }
    sleep 0.5
  done
fi
# Questions per minute are limited: advances the clock so that the next ones are admitted.
later() { curl --silent --fail --output /dev/null --json '{"advance_s": 61}' "$api/_local/clock"; }

for version in "${pythons[@]}"; do
  "target/mcp-$version/bin/python" tests/assistant.py "$api" "$muster"
  later
done
node tests/assistant.mjs "$node" "$api" "$muster"
later

ended=0
for revision in "${revisions[@]}"; do
  if ! node "$node/node_modules/@modelcontextprotocol/conformance/dist/server.js" server --url "$api/mcp" --suite all --spec-version "$revision" \
    --expected-failures "tests/conformance/$revision.yml" --output-dir "$scratch/conformance" >"$scratch/suite" 2>&1; then
    cat "$scratch/suite" >&2
    ended=1
  fi
  echo "conformance, $revision: $(grep -cE '^✓' "$scratch/suite" || true) scenarios pass, $(grep -cE '^  - ' "tests/conformance/$revision.yml") cannot"
  later
done
exit $ended
