#!/usr/bin/env bash
# Runs every conformance check against a running server: run.sh URL SCHEMA --token TOKEN
# Except http-audit.mjs, the public audit of the draft before the release: its server needs KINERJA_HTTP_DRAFT=true.
# KIT_USER and KIT_PASSWORD are the login for lists and streams: an auditor in a city that has data.
# Each check ends with "N passed, M failed"; all run, also after a failure.
set -euo pipefail
url=$1
schema=$2
shift 2
here=$(cd "$(dirname "$0")" && pwd)
status=0
node "$here/http-release.mjs" "$url" --strict "$@" || status=1
# Not strict: the demo leaves introspection open, which strict would count as a failure.
node "$here/abuse-probe.mjs" "$url" "$@" || status=1
auditor=$(node "$here/login.mjs" "$url" "$KIT_USER" "$KIT_PASSWORD")
node "$here/relay-check.mjs" "$schema" "$url" --compile --token "$auditor" || status=1
node "$here/schema-lint.mjs" "$schema" || status=1
node "$here/ws-probe.mjs" "${url/#http/ws}" --strict || status=1
node "$here/sse-probe.mjs" "$url" --strict || status=1
exit $status
