#!/usr/bin/env bash
# Runs docker-compose.yml for real: from `make env` to a ledger that survives a SIGKILL of everything and a restart.
# It uses ../shared/compose-lab and steps aside where that is missing. Its containers and volumes are its own
# (project `duban-check`, port 18000), and are gone at the end. Bounded to ten minutes.
set -Eeuo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
LAB=../shared/compose-lab/lab
[ -x "$LAB" ] || { echo "compose: no $LAB here; nothing checked"; exit 0; }
[ "$(id -u)" = 0 ] || { echo "compose: the lab needs root; nothing checked"; exit 0; }
[ -n "${BOUNDED:-}" ] || BOUNDED=1 exec timeout --foreground --kill-after=30 600 bash "$0" "$@"

export COMPOSE_PROJECT_NAME=duban-check DUBAN_PORT=${DUBAN_PORT:-18000} DUBAN_BIND=127.0.0.1
URL=http://127.0.0.1:$DUBAN_PORT
SERVICES=(tasks notify metrics gateway)
WORK=$(mktemp -d)
ENV_IS_OURS=

say() { printf 'compose: %4ss  %s\n' "$SECONDS" "$*"; }
fail() { printf 'compose: FAILED after %ss: %s\n' "$SECONDS" "$*" >&2; exit 1; }
compose() { "$LAB" compose "$@"; }
clean_up() {
    local code=$?
    if [ "$code" != 0 ]; then
        compose ps --all || true
        compose logs --tail 12 --no-color --no-log-prefix "${SERVICES[@]}" redis 2>/dev/null | cut -c 1-250 || true
    fi
    compose down --volumes --timeout 10 >/dev/null 2>&1 || true
    [ -z "$ENV_IS_OURS" ] || rm -f .env
    rm -rf "$WORK"
    exit "$code"
}
trap clean_up EXIT
trap 'echo "compose: line $LINENO failed: $BASH_COMMAND" >&2' ERR
trap 'exit 124' TERM INT

until_true() { # until_true SECONDS WHAT COMMAND...: tries once a second
    local limit=$((SECONDS + $1)) what=$2
    shift 2
    until "$@"; do
        [ "$SECONDS" -lt "$limit" ] || fail "$what"
        sleep 1
    done
}
up() { compose up -d "$@" --wait --wait-timeout 240 >"$WORK/up" 2>&1 || { tail -20 "$WORK/up"; fail "up"; }; }
key() { compose exec -T gateway duban key create --role "$@" | grep -oE 'duban_[0-9a-f]{64}' | head -1; }
api() { # api KEY CURL-ARGUMENTS... PATH
    local key=$1 path=${*: -1}
    curl -fsS --max-time 60 -H "Authorization: Bearer $key" "${@:2:$#-2}" "$URL/api/v1$path"
}
field() { python3 -c "import json, sys; found = json.load(sys.stdin); print($1)"; }
prometheus() { # prometheus QUERY: the first value, or nothing
    compose exec -T prometheus promtool query instant http://127.0.0.1:9090 "$1" | sed -nE 's/.*=> ([^ ]+) @.*/\1/p' | head -1
}
equals() { [ "$("${@:2}")" = "$1" ]; }
units() { api "$supervisor" /units | field 'len(found)'; }
tasks() { # tasks [KIND]: how many the ledger has; those of plans are of kind action
    api "$supervisor" '/tasks?limit=100' | field "sum(task['kind'] == '${1:-action}' for task in found['items'])"
}
state() { docker inspect -f "$1" "$(compose ps --all --quiet "$2")"; }
is_back() { # is_back SERVICE FORMER_PID
    [ "$(state '{{.State.Pid}}' "$1")" != "$2" ] && equals healthy state '{{.State.Health.Status}}' "$1"
}
redis() { # redis COMMAND...: as the operator
    compose exec -T redis sh -c 'redis-cli --no-auth-warning --user operator --pass "$DUBAN_OPERATOR_REDIS_PASSWORD" "$@"' - "$@"
}
refused() { ! "$@"; }
ready() { compose exec -T gateway python -c "import urllib.request as u
u.urlopen('http://$1:9000/readyz', timeout=5)" 2>/dev/null; }
scrape() {
    compose exec -T gateway python -c "import sys, urllib.request as u
sys.stdout.buffer.write(u.urlopen('http://$1:9000/metrics', timeout=10).read())"
}

streamed() { # how many events the subscriber `lab` finds in its stream: over TLS, with its password, through the published port
    python3 - "$DUBAN_SUBSCRIBERS_TLS_DIR/server.crt" "$DUBAN_SUBSCRIBERS_PORT" "$(field 'found["secret"]' <"$WORK/stream")" <<'PYTHON'
import re, socket, ssl, sys
trusted = ssl.create_default_context(cafile=sys.argv[1])
with trusted.wrap_socket(socket.create_connection(("127.0.0.1", sys.argv[2]), 10), server_hostname="localhost") as server:
    server.sendall(f"AUTH sub-lab {sys.argv[3]}\r\nXINFO STREAM sub.lab\r\nQUIT\r\n".encode())
    said = b"".join(iter(lambda: server.recv(65536), b""))
print(re.search(rb"length\r\n:([0-9]+)", said)[1].decode())
PYTHON
}

counted() { scrape metrics | awk '/^duban_ratings_total[{]/ {sum += $NF} END {print sum + 0}'; }
archived() { api "$operations" /ops/gateway/archive/verify | field '-1 if found["broken"] else found["last"]'; }

say "lab, .env and images"
"$LAB" setup 2>"$WORK/lab" || { cat "$WORK/lab" >&2; fail "lab setup"; }
[ -f .env ] || { make --no-print-directory env && ENV_IS_OURS=1; }
equals 600 stat -c %a .env || fail ".env can be read by others"
"$LAB" images 2>"$WORK/lab" || { cat "$WORK/lab" >&2; fail "lab images"; }
compose down --volumes --timeout 10 >/dev/null 2>&1

say "build and start"
up --build
say "all healthy: $(compose ps --format '{{.Service}}' | sort | tr '\n' ' ')"
for service in "${SERVICES[@]}" redis postgres prometheus; do
    [ "$(compose exec -T "$service" id -u)" != 0 ] || fail "$service runs as root"
    ! compose exec -T "$service" touch /bin/x 2>/dev/null || fail "$service can write its image"
done

say "the first keys, and none of them in a log"
supervisor=$(key supervisor) && feed=$(key feed --source push) && operations=$(key ops) || fail "key create"
! compose logs --no-color | grep -qE "$supervisor|$feed|$operations" || fail "a key is in a log"

say "the units with their aliases, loaded once however often"
load_units() { DUBAN_API_KEY=$supervisor compose exec -T -e DUBAN_API_KEY gateway duban units load - "$@" <deploy/catalogue/units.json; }
load_units >"$WORK/units" || fail "units load, dry run"
equals 0 units || fail "a dry run wrote units"
load_units --confirm >"$WORK/units" || fail "units load"
equals 44 units || fail "the ledger has $(units) units, not 44"
load_units --confirm >"$WORK/units" && grep -q 台账已是如此 "$WORK/units" || fail "loading the units again changes something"

say "a plan through the gateway"
cat >"$WORK/plan.txt" <<'PLAN'
某新区优化审批服务行动方案

一、工作目标
到2099年9月底前，完成全部任务的60%以上。

二、重点任务
1.压缩办理时限。将企业开办时间压缩至1个工作日。
牵头单位：行政审批局
责任单位：资源规划局、税务局
完成时限：2099年6月底前
2.推行一窗受理。政务服务大厅设置综合窗口。
牵头单位：政务中心
责任单位：各镇街
完成时限：2099年9月底前
3.完善评价机制。实现评价渠道全覆盖。
牵头单位：政务中心
完成时限：持续推进
PLAN
import=/plans?filename=plan.txt
api "$supervisor" -X POST --data-binary "@$WORK/plan.txt" "$import" >"$WORK/dry" || fail "dry run"
equals 0 tasks || fail "a dry run wrote tasks"
api "$supervisor" -X POST --data-binary "@$WORK/plan.txt" "$import&confirm=true" >"$WORK/done" || fail "import"
equals 3 tasks || fail "the ledger has $(tasks) tasks, not 3"
# 政务中心 and 税务局 are listed, and 资源规划局 is an alias: only 行政审批局 and 各镇街 are new.
equals 46 units || fail "the ledger has $(units) units, not 46"

say "500 ratings, each counted once"
DUBAN_API_KEY=$feed compose exec -T -e DUBAN_API_KEY gateway duban simulate --count 500 --seed 7 >"$WORK/simulate"
until_true 60 "metrics did not count 500 ratings" equals 500 counted
until_true 60 "Prometheus did not see 500 ratings" equals 500 prometheus 'sum(duban_ratings_total)'
# Three of the 500 are bad with this seed.
until_true 30 "the bad ratings are no tasks" equals 3 tasks rectification
until_true 60 "Prometheus does not see the tasks" equals 6 prometheus 'sum(duban_tasks)'
until_true 30 "not every target is up" equals 4 prometheus 'count(up == 1)'
equals '' prometheus 'up == 0' || fail "a target is down"
for service in "${SERVICES[@]}"; do
    scrape "$service" >"$WORK/metrics" || fail "$service has no metrics"
    compose exec -T prometheus promtool check metrics <"$WORK/metrics" || fail "promtool check metrics: $service"
done

equals '' redis ACL LOG || fail "a service lacks a right in Redis: $(redis ACL LOG)"

for service in redis postgres "${SERVICES[@]}" prometheus; do
    pid=$(state '{{.State.Pid}}' "$service")
    kill -9 "$pid"
    until_true 90 "$service did not come back" is_back "$service" "$pid"
    say "SIGKILL of $service (process $pid): healthy again"
done
for service in "${SERVICES[@]}"; do until_true 60 "$service is not ready after the kills" ready "$service"; done

say "a stray entry in a stream stops the relay loudly; the documented command repairs it"
redis XADD ratings '*' stray entry >"$WORK/stray"
until_true 30 "the gateway did not notice the stray entry" refused ready gateway
api "$operations" -X POST /ops/gateway/bus/repair >"$WORK/repair" || fail "repair"
grep -q stray "$WORK/repair" || fail "repair does not show what it removed: $(cat "$WORK/repair")"
until_true 60 "the gateway is not ready after the repair" ready gateway

say "a Redis that lost everything"
redis FLUSHALL >/dev/null
for service in "${SERVICES[@]}"; do until_true 60 "$service is not ready after FLUSHALL" ready "$service"; done

say "nothing is missing anywhere; a service that is down does not hide the others"
duban_ops() { DUBAN_API_KEY=$operations compose exec -T -e DUBAN_API_KEY gateway duban "$@"; }
duban_ops bus gaps >"$WORK/gaps" || fail "bus gaps"
[ ! -s "$WORK/gaps" ] || fail "there are gaps: $(cat "$WORK/gaps")"
compose stop notify >/dev/null 2>&1
refused duban_ops bus status >"$WORK/status" 2>"$WORK/trouble" || fail "bus status is content while notify is down"
[ "$(wc -l <"$WORK/status") $(grep -c '^duban: notify: ' "$WORK/trouble")" = "3 1" ] || fail "bus status: $(cat "$WORK/trouble")"
up

say "a subscriber reads its stream over TLS, on a server of its own"
mkdir "$WORK/tls"
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
    -keyout "$WORK/tls/server.key" -out "$WORK/tls/server.crt" 2>/dev/null
chmod 644 "$WORK/tls/server.key" # It is the user of Redis in the container that reads it.
export COMPOSE_PROFILES=subscribers DUBAN_SUBSCRIBERS_TLS_DIR=$WORK/tls DUBAN_SUBSCRIBERS_BIND=127.0.0.1 DUBAN_SUBSCRIBERS_PORT=16380
up
api "$operations" -X PUT -H 'Content-Type: application/json' --data '{"kind": "stream", "from": "beginning"}' \
    /subscriptions/lab >"$WORK/stream" || fail "a subscription to a stream is refused"
stream_is_whole() { [ "$(streamed)" = "$(archived)" ]; }
until_true 60 "the subscriber's stream is not the archive" stream_is_whole
pid=$(state '{{.State.Pid}}' subscribers)
kill -9 "$pid"
until_true 90 "the subscribers' server did not come back" is_back subscribers "$pid"
until_true 60 "the subscriber's stream is not the archive after a SIGKILL of its server" stream_is_whole

say "500 more, then everything down and up"
DUBAN_API_KEY=$feed compose exec -T -e DUBAN_API_KEY gateway duban simulate --count 500 --seed 8 >"$WORK/simulate"
until_true 60 "metrics did not count 1000 ratings after the kills" equals 1000 counted
equals '' redis ACL LOG || fail "a service lacks a right in Redis: $(redis ACL LOG)"
archived=$(archived)
[ "$archived" -ge 1003 ] || fail "the archive has $archived events, or is broken"
compose down --timeout 30 >/dev/null 2>&1
up
equals 3 tasks || fail "the ledger has $(tasks) tasks after down and up"
equals 1000 counted || fail "metrics counts $(counted) ratings after down and up"
until_true 60 "the subscriber's stream is not the archive after down and up" stream_is_whole
[ "$(archived)" -ge "$archived" ] || fail "the archive has $(archived) events after down and up, or is broken"
say "passed: 3 tasks, 1000 ratings, $archived events in an unbroken archive, before and after"
