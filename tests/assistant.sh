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

. tests/common.sh
for version in "${pythons[@]}"; do venv "target/mcp-$version" "mcp==$version"; done
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

api=${2:-}
[ -n "$api" ] || serve "$muster"
# No more questions than a minute has.
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
