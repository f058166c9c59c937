#!/usr/bin/env bash
# What a tenant that floods a server leaves of another's answers.
#
#   ./capo dev --port 8080 &            # its token is the quiet tenant's
#   CAPO=http://127.0.0.1:8080 CAPO_TOKEN=... FLOOD_TOKEN=$(./capo token --tenant greedy) bench/http/flood.sh [SECONDS]
#
# Needs wrk. The quiet tenant asks over one connection, one thing after the other; the other over 64, as fast as it is answered.
set -euo pipefail
: "${CAPO:?the address of the server}" "${CAPO_TOKEN:?a token of the quiet tenant}" "${FLOOD_TOKEN:?a token of another}"
seconds=${1:-20}
path=/api/v1/executions?limit=5

quiet() {
  wrk -t1 -c1 -d"${seconds}s" --latency -H "Authorization: Bearer $CAPO_TOKEN" "$CAPO$path" |
    awk -v when="$1" '/50%|99%/ {printf "%s %s %s  ", when, $1, $2} /Non-2xx/ {printf "%s", $0} END {print ""}'
}

quiet alone
wrk -t1 -c64 -d"$((seconds + 4))s" -H "Authorization: Bearer $FLOOD_TOKEN" "$CAPO/api/v1/executions?limit=500" > /dev/null &
flood=$!
sleep 2
quiet "beside a flood"
wait "$flood"
quiet "alone again"
