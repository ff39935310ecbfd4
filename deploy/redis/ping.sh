#!/bin/sh
# Passes when the server answers PING: not while it loads, and not when it is stuck. `probe` may do nothing else.
client=$(command -v redis-cli || command -v valkey-cli)
[ "$("$client" --no-auth-warning --user probe --pass probe ping 2>&1)" = PONG ]
