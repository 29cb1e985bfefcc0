#!/usr/bin/env bash
# Every conformance check against a running server: run.sh URL SCHEMA --token TOKEN
# But for the public audit of the draft before the release, http-audit.mjs: its server needs KINERJA_HTTP_DRAFT=true.
# Who KIT_USER and KIT_PASSWORD are reads all lists and connects to streams: an auditor of a city with a past.
# Each check closes with "N passed, M failed"; all run, also after a failure.
set -euo pipefail
url=$1
schema=$2
shift 2
here=$(cd "$(dirname "$0")" && pwd)
status=0
node "$here/http-release.mjs" "$url" --strict "$@" || status=1
# Not strict: that introspection is open, as it is on the demo, is only noted.
node "$here/abuse-probe.mjs" "$url" "$@" || status=1
auditor=$(node "$here/login.mjs" "$url" "$KIT_USER" "$KIT_PASSWORD")
node "$here/relay-check.mjs" "$schema" "$url" --compile --token "$auditor" || status=1
node "$here/schema-lint.mjs" "$schema" || status=1
node "$here/ws-probe.mjs" "${url/#http/ws}" --strict || status=1
node "$here/sse-probe.mjs" "$url" --strict || status=1
exit $status
