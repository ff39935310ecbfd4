#!/bin/sh
# Starts Redis (or Valkey) with redis.conf and the users of users.acl; arguments are passed on to the server.
# The passwords come from the environment; only their SHA-256 is written, to memory, and the server does not get them.
set -eu
umask 077
folder=$(dirname "$0")
users=${TMPDIR:-/tmp}/users.acl

connect='+ping +hello +auth +client|setinfo +client|setname +client|id +script|load +script|exists'
look='+exists +xlen +xrange +xrevrange +xpending +xinfo|stream +xinfo|groups +xinfo|consumers'
owner="$look +evalsha +eval +get +set +rename +xadd +xtrim +xdel +xsetid +xgroup|create +xgroup|setid"
reader="$look +evalsha +get +mget +xreadgroup +xack +xgroup|create +xgroup|setid"

rules=$(sed -e '/^#/d' -e '/^$/d' -e :join -e '/\\$/N; s/\\\n *//; t join' \
    -e "s/<connect>/$connect/; s/<owner>/$owner/; s/<reader>/$reader/" "$folder/users.acl")
for user in operator tasks notify metrics gateway; do
    variable=DUBAN_$(echo "$user" | tr '[:lower:]' '[:upper:]')_REDIS_PASSWORD
    eval "password=\${$variable:?run make env}"
    hash=$(printf %s "$password" | sha256sum | cut -d ' ' -f 1)
    rules=$(printf '%s\n' "$rules" | sed "s/<$user>/$hash/")
    unset "$variable"
done
printf '%s\n' "$rules" >"$users"

exec "$(command -v redis-server || command -v valkey-server)" "$folder/redis.conf" --aclfile "$users" "$@"
