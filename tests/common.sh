# Functions for the scripts beside it: virtual environments of Python packages, and a `muster serve` on free ports with a
# scratch folder. When the script exits, the server is stopped and the folder is deleted.

# Installs a Python package into a virtual environment, once: venv FOLDER PACKAGE==VERSION
venv() {
  [ "$(cat "$1/installed" 2>/dev/null)" = "$2" ] && return
  rm -rf "$1"
  python3 -m venv "$1"
  "$1/bin/pip" install --quiet --disable-pip-version-check "$2"
  # This file is written last, so that an interrupted installation is repeated.
  printf '%s' "$2" >"$1/installed"
}

scratch=$(mktemp -d)
server=""
clean_up() {
  [ -z "$server" ] || { kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; }
  rm -rf "$scratch"
}
trap clean_up EXIT

# Starts `muster serve` with this program, and sets $api to its address: serve MUSTER
# The clock is manual, so that no nightly run starts.
serve() {
  "$1" serve --port 0 --simulator-port 0 --data "$scratch/data" --clock manual --snapshot events/club-small.json \
    >"$scratch/serve.log" 2>&1 &
  server=$!
  for _ in $(seq 120); do
    api=$(grep -oE 'http://127\.0\.0\.1:[0-9]+' "$scratch/serve.log" | head -n 1 || true)
    [ -n "$api" ] && [ "$(curl --silent --output /dev/null --write-out '%{http_code}' "$api/api/health")" = 200 ] && return
    kill -0 "$server" 2>/dev/null || break
    sleep 0.5
  done
  cat "$scratch/serve.log" >&2
  exit 1
}
