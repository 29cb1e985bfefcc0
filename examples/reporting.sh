#!/usr/bin/env bash
# Reads the distribution of predicates with an API key, as a reporting tool does:
#   examples/reporting.sh http://127.0.0.1:8000 knk_…
set -euo pipefail
server=$1
key=$2

ask() {
    curl -sS "$server/graphql" -H "Authorization: Bearer $key" -H 'Content-Type: application/json' \
        -H 'Accept: application/json' -d "$1"
}

ids=$(ask '{"query":"{ orgUnits(first: 1, filter: { kind: AGENCY }) { edges { node { id } } } periods(first: 1, filter: { yearsOnly: true, status: CLOSED }) { edges { node { id } } } }"}')
unit=$(sed -E 's/.*"orgUnits":\{"edges":\[\{"node":\{"id":"([^"]+)".*/\1/' <<<"$ids")
period=$(sed -E 's/.*"periods":\{"edges":\[\{"node":\{"id":"([^"]+)".*/\1/' <<<"$ids")

echo "The same figures through GraphQL and as CSV:"
ask "{\"query\":\"query(\$unit: ID!, \$period: ID!) { reports { predicateDistribution(orgUnitId: \$unit, periodId: \$period, depth: 0) { rows { staff veryGood good needsImprovement poor veryPoor notRated } } } }\",\"variables\":{\"unit\":\"$unit\",\"period\":\"$period\"}}"
echo
curl -sS "$server/exports/predicate-distribution.csv?unit=$unit&period=$period&depth=0" -H "Authorization: Bearer $key"
