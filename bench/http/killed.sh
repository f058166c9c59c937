#!/bin/sh
# Kills `capo dev` with SIGKILL while wrk starts executions over 256 connections, starts it again on the same directory, and looks after each
# execution that was accepted until it has completed. Needs wrk and curl. Ends with 1 when one is missing or does not complete.
#
#   bench/http/killed.sh FOLDER [ROUNDS [SECONDS]]
#
# FOLDER must not be there yet, and keeps everything: the data directory, the ids that were accepted, the server's log. In each of the ROUNDS the
# server is killed after another time, SECONDS at most.
set -eu
folder=$1
rounds=${2:-10}
seconds=${3:-15}
connections=256
patience=120
here=$(cd "$(dirname "$0")" && pwd)
capo=${CAPO:-$here/../../capo}
mkdir "$folder"
folder=$(cd "$folder" && pwd)
export no_proxy=127.0.0.1

start() {
  : > "$folder/said.json"
  "$capo" dev --port 0 --data "$folder/data" -o json > "$folder/said.json" 2>> "$folder/server.log" &
  tries=0
  until grep -q '^}' "$folder/said.json"; do
    tries=$((tries + 1))
    [ $tries -le 300 ] || { echo "the server does not start; see $folder/server.log" >&2; exit 1; }
    sleep 0.2
  done
  url=$(sed -n 's/.*"url" : "\([^"]*\)".*/\1/p' "$folder/said.json")
  CAPO_TOKEN=$(sed -n 's/.*"token" : "\([^"]*\)".*/\1/p' "$folder/said.json")
  export CAPO_TOKEN
  pid=$(sed -n 's/.*"pid":\([0-9]*\).*/\1/p' "$folder/data/server.json")
}

# Of the ids in a file, those that have completed with when they did, and those that have not.
left() {
  sed "s|.*|url = \"$url/api/v1/executions/&\"|" "$1" > "$folder/urls"
  curl -s -H "Authorization: Bearer $CAPO_TOKEN" -w '\n' -K "$folder/urls" \
    | sed -n 's/^{"execution_id":"\([^"]*\)".*"status":"completed","seq":[0-9]*,"updated_at":"\([^"]*\)".*/\1 \2/p' \
    | sort > "$folder/completed"
  cut -d' ' -f1 "$folder/completed" > "$folder/gone"
  sort "$1" | comm -23 - "$folder/gone" > "$folder/left"
}

start
trap 'kill "$pid" 2> /dev/null || true' EXIT
trap 'exit 130' INT TERM
curl -sf -o /dev/null -X POST "$url/api/v1/workflows" -H "Authorization: Bearer $CAPO_TOKEN" \
  -H "Content-Type: application/yaml" --data-binary "@$here/chain.yaml"
total=0
sum_after=0
round=1
while [ "$round" -le "$rounds" ]; do
  mkdir "$folder/$round"
  wrk -t2 -c$connections -d$((seconds + 60))s -s "$here/accepted.lua" "$url" -- "$folder/$round" > "$folder/$round/wrk.txt" 2>&1 &
  wrk=$!
  # From a third of the time on, so that there is work in flight; another moment in each round.
  sleep "$(awk -v round="$round" -v most="$seconds" 'BEGIN { srand(round); printf "%.3f", most * (1 + 2 * rand()) / 3 }')"
  kill -9 "$pid"
  killed=$(date -u +%Y-%m-%dT%H:%M:%S.%3NZ)
  sleep 1
  kill -INT $wrk
  wait $wrk || true
  cat "$folder/$round"/accepted.* > "$folder/$round/ids"
  accepted=$(wc -l < "$folder/$round/ids")
  start
  begun=$(date +%s)
  left "$folder/$round/ids"
  cp "$folder/completed" "$folder/$round/completed"
  while [ -s "$folder/left" ]; do
    if [ $(($(date +%s) - begun)) -gt $patience ]; then
      echo "round $round: of $accepted accepted, $(wc -l < "$folder/left") have not completed within $patience s; see $folder/left" >&2
      exit 1
    fi
    cp "$folder/left" "$folder/again"
    left "$folder/again"
    cat "$folder/completed" >> "$folder/$round/completed"
  done
  after=$(awk -v killed="$killed" '$2 > killed' "$folder/$round/completed" | wc -l)
  others=$(cat "$folder/$round"/other.* | sort | uniq -c | sed 's/ *\([0-9]*\) \(.*\)/, \1 times \2/' | tr -d '\n')
  echo "round $round: accepted $accepted$others; all completed, $after of them after the kill"
  sum_after=$((sum_after + after))
  total=$((total + accepted))
  round=$((round + 1))
done
cat "$folder"/*/ids > "$folder/ids"
left "$folder/ids"
[ ! -s "$folder/left" ] || { echo "$(wc -l < "$folder/left") have gone" >&2; exit 1; }
echo "$rounds kills, $total accepted, $(sort -u "$folder/ids" | wc -l) executions, all completed, $sum_after of them after a kill"
