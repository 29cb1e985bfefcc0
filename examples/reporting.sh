#!/usr/bin/env bash
# Reads the distribution of predicates of the newest closed year with an API key, as a reporting tool does:
#   examples/reporting.sh http://127.0.0.1:8000 knk_…
set -euo pipefail
server=$1
key=$2

ask() {
    curl -sS "$server/graphql" -H "Authorization: Bearer $key" -H 'Content-Type: application/json' \
        -H 'Accept: application/json' -d "$1"
}

closed=$(ask '{"query":"{ periods(first: 100, filter: { yearsOnly: true, status: CLOSED }) { nodes { year } } }"}')
year=$(grep -o '"year":[0-9]*' <<<"$closed" | cut -d: -f2 | sort -n | tail -1)
echo "Predicates of $year:"
curl -sS "$server/exports/predicate-distribution.csv?unit=KOTA&period=$year&depth=0" -H "Authorization: Bearer $key"
