#!/bin/sh
# Makes one database and one role for each service, on the first start of an empty data directory.
# No role can connect to another's database. Passwords come from the environment and are never on a command line.
set -e

for service in tasks notify metrics gateway; do
    name=$(echo "$service" | tr '[:lower:]' '[:upper:]')
    psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres <<SQL
\getenv password DUBAN_${name}_DATABASE_PASSWORD
SET log_min_error_statement = panic;
SET log_statement = 'none';
CREATE ROLE duban_$service LOGIN PASSWORD :'password';
CREATE DATABASE duban_$service OWNER duban_$service;
REVOKE ALL ON DATABASE duban_$service FROM PUBLIC;
SQL
done
psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
    --command 'REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC'
