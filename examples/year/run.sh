#!/usr/bin/env bash
# Runs one appraisal year over HTTP against a new synthetic city, from January to the end of its last evaluation.
#
#   examples/year/run.sh sqlite
#   examples/year/run.sh postgres://user@host/database     (creates and drops a separate database on that server)
set -euo pipefail
cd "$(dirname "$0")/../.."
binary=${KINERJA:-target/debug/kinerja}
work=$(mktemp -d "${TMPDIR:-/tmp}/kinerja-year.XXXXXX")
database=""

finish() {
    status=$?
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
node examples/year/year.mjs "$binary" 2>"$work/err"
