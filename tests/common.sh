# Sourced by the scripts beside it: Python packages of their own, and a whole on free ports over a scratch folder that ends
# with the script.

# A Python package in a folder of its own, installed once: folder package==version
venv() {
  [ "$(cat "$1/installed" 2>/dev/null)" = "$2" ] && return
  rm -rf "$1"
  python3 -m venv "$1"
  "$1/bin/pip" install --quiet --disable-pip-version-check "$2"
  # Written last, so that what was begun and not finished is begun again.
  printf '%s' "$2" >"$1/installed"
}

scratch=$(mktemp -d)
served=""
end() {
  [ -z "$served" ] || { kill "$served" 2>/dev/null || true; wait "$served" 2>/dev/null || true; }
  rm -rf "$scratch"
}
trap end EXIT

# Starts the whole with this program; its address is in $api. Its clock stands still: no night begins meanwhile.
serve() {
  "$1" serve --port 0 --simulator-port 0 --data "$scratch/data" --clock manual --snapshot events/club-small.json \
    >"$scratch/served" 2>&1 &
  served=$!
  for _ in $(seq 120); do
    api=$(grep -oE 'http://127\.0\.0\.1:[0-9]+' "$scratch/served" | head -n 1 || true)
    [ -n "$api" ] && [ "$(curl --silent --output /dev/null --write-out '%{http_code}' "$api/api/health")" = 200 ] && return
    kill -0 "$served" 2>/dev/null || break
    sleep 0.5
  done
  cat "$scratch/served" >&2
  exit 1
}
