#!/bin/sh
# Starts Alertmanager with routes.yml and the receivers that the environment names (docs/operations.md, Alerts);
# arguments are passed on. What is not set is not sent. ALERTMANAGER is the program, for the test.
set -eu
umask 077
config=${TMPDIR:-/tmp}/alertmanager.yml

plain() { # plain NAME: gives its value, and refuses what would leave the quotes of YAML
    eval "value=\${$1:-}"
    case $value in
    *[\"\\]* | *"
"*) echo "alertmanager: $1 must not hold quotes, backslashes or line ends" >&2; exit 1 ;;
    esac
    printf %s "$value"
}

receiver() { # receiver NAME URL MAIL: without both it takes alerts and tells nobody
    printf '  - name: %s\n' "$1"
    [ -z "$2" ] || printf '    webhook_configs: [{url: "%s", send_resolved: true}]\n' "$2"
    [ -z "$3" ] || printf '    email_configs: [{to: "%s", send_resolved: true}]\n' "$3"
}

platform_url=$(plain DUBAN_ALERTS_PLATFORM_URL)
platform_mail=$(plain DUBAN_ALERTS_PLATFORM_MAIL)
business_url=$(plain DUBAN_ALERTS_BUSINESS_URL)
business_mail=$(plain DUBAN_ALERTS_BUSINESS_MAIL)
heartbeat_url=$(plain DUBAN_ALERTS_HEARTBEAT_URL)
smarthost=$(plain DUBAN_ALERTS_SMARTHOST)
from=$(plain DUBAN_ALERTS_FROM)
user=$(plain DUBAN_ALERTS_USER)
password=$(plain DUBAN_ALERTS_PASSWORD)
if [ -n "$platform_mail$business_mail" ] && { [ -z "$smarthost" ] || [ -z "$from" ]; }; then
    echo "alertmanager: mail needs DUBAN_ALERTS_SMARTHOST and DUBAN_ALERTS_FROM" >&2
    exit 1
fi

{
    if [ -n "$smarthost" ]; then
        printf 'global:\n  smtp_smarthost: "%s"\n  smtp_from: "%s"\n' "$smarthost" "$from"
        [ -z "$user" ] || printf '  smtp_auth_username: "%s"\n  smtp_auth_password: "%s"\n' "$user" "$password"
    fi
    cat "$(dirname "$0")/routes.yml"
    printf 'receivers:\n'
    receiver platform "$platform_url" "$platform_mail"
    receiver business "$business_url" "$business_mail"
    receiver heartbeat "$heartbeat_url" ""
} >"$config"

exec "${ALERTMANAGER:-$(command -v alertmanager || command -v prometheus-alertmanager)}" --config.file="$config" "$@"
