#!/usr/bin/env bash
# Runs the old and new official SDKs of the Model Context Protocol and its conformance suite against `muster serve`, which
# is started on free ports with a scratch folder.
#   tests/assistant.sh [muster [address]]     default: target/debug/muster; with an address, the server there is used
set -euo pipefail
cd "$(dirname "$0")/.."
muster=$(realpath "${1:-target/debug/muster}")
pythons=(1.30.0 2.3.0)
node_packages=(@modelcontextprotocol/sdk@1.32.2 @modelcontextprotocol/client@2.4.0 @modelcontextprotocol/conformance@0.2.0-alpha.12)
# The protocol revisions whose scenarios are run.
revisions=(2025-11-25 2026-07-28)

. tests/common.sh
for version in "${pythons[@]}"; do venv "target/mcp-$version" "mcp==$version"; done
node=target/mcp-node
if [ "$(cat "$node/installed" 2>/dev/null)" != "${node_packages[*]}" ]; then
  rm -rf "$node"
  mkdir -p "$node"
  echo '{"private": true}' >"$node/package.json"
  npm --prefix "$node" install --silent --no-audit --no-fund --ignore-scripts --save-exact "${node_packages[@]}"
  # The suite imports a function that Node 20 lacks and that only other commands of the suite need. A copy leaves it out.
  suite=$node/node_modules/@modelcontextprotocol/conformance/dist
  sed 's/globSync as [A-Za-z]*,//' "$suite/index.js" >"$suite/server.js"
  printf '%s' "${node_packages[*]}" >"$node/installed"
fi

api=${2:-}
[ -n "$api" ] || serve "$muster"
# Moves the clock by more than a minute, because questions per minute are limited.
next_minute() { curl --silent --fail --output /dev/null --json '{"advance_s": 61}' "$api/_local/clock"; }

for version in "${pythons[@]}"; do
  "target/mcp-$version/bin/python" tests/assistant.py "$api" "$muster"
  next_minute
done
node tests/assistant.mjs "$node" "$api" "$muster"
next_minute

status=0
for revision in "${revisions[@]}"; do
  if ! node "$node/node_modules/@modelcontextprotocol/conformance/dist/server.js" server --url "$api/mcp" --suite all --spec-version "$revision" \
    --expected-failures "tests/conformance/$revision.yml" --output-dir "$scratch/conformance" >"$scratch/suite" 2>&1; then
    cat "$scratch/suite" >&2
    status=1
  fi
  echo "conformance, $revision: $(grep -cE '^✓' "$scratch/suite" || true) scenarios pass, $(grep -cE '^  - ' "tests/conformance/$revision.yml") cannot"
  next_minute
done
exit $status
