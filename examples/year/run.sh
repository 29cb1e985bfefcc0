#!/usr/bin/env bash
# Runs one appraisal year over HTTP against a new synthetic city with its clock set to January.
#
#   examples/year/run.sh sqlite
#   examples/year/run.sh postgres://user@host/database     (creates and drops a separate database on that server)
set -euo pipefail
cd "$(dirname "$0")/../.."
binary=${KINERJA:-target/debug/kinerja}
work=$(mktemp -d "${TMPDIR:-/tmp}/kinerja-year.XXXXXX")
server=""
database=""

finish() {
    status=$?
    [ -z "$server" ] || { kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; }
    [ -z "$database" ] || psql -q "$1" -c "DROP DATABASE IF EXISTS $database" || true
    [ "$status" -eq 0 ] || cat "$work/err"
    rm -rf "$work"
    exit "$status"
}
trap 'finish "$1"' EXIT

export KINERJA_DATA_DIR="$work/data"
if [ "$1" != sqlite ]; then
    database="year_$$"
    psql -q "$1" -c "CREATE DATABASE $database"
    export DATABASE_URL="${1%/*}/$database"
fi
port=$(node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })')
export KINERJA_LISTEN="127.0.0.1:$port"
"$binary" demo --staff 80 --clock 2026-01-05 >"$work/out" 2>"$work/err" &
server=$!
for _ in $(seq 600); do
    grep -q '^apikey: ' "$work/out" && break
    kill -0 "$server" 2>/dev/null || exit 1
    sleep 0.1
done
node examples/year/year.mjs "http://127.0.0.1:$port" "$work/out"
