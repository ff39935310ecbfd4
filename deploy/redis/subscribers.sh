#!/bin/sh
# Starts the Redis (or Valkey) that subscribers read, with subscribers.conf and the users of subscribers.acl; arguments
# (in compose: the port with TLS and its certificate) are passed on to the server.
# The password comes from the environment; only its SHA-256 is written, to memory, and the server does not get it.
set -eu
umask 077
folder=$(dirname "$0")
users=${TMPDIR:-/tmp}/users.acl

hash=$(printf %s "${DUBAN_SUBSCRIBERS_REDIS_PASSWORD:?run make env}" | sha256sum | cut -d ' ' -f 1)
unset DUBAN_SUBSCRIBERS_REDIS_PASSWORD
sed -e '/^#/d' -e '/^$/d' -e :join -e '/\\$/N; s/\\\n *//; t join' -e "s/<gateway>/$hash/" \
    "$folder/subscribers.acl" >"$users"

exec "$(command -v redis-server || command -v valkey-server)" "$folder/subscribers.conf" --aclfile "$users" "$@"
