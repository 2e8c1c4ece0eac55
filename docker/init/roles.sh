#!/usr/bin/env bash
# Runs once, when the database of a new volume is made: the roles, then their passwords.
# DATABASE_ROLES names the roles that log in; the password of each is in <ROLE>_PASSWORD.
set -euo pipefail

run_sql() {
  psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" "$@"
}

run_sql --file /restartix/roles.sql

# Through the environment of psql and past the log of statements: a password stands in no list and no file.
for role in $DATABASE_ROLES; do
  password_of_role="${role^^}_PASSWORD"
  ROLE="$role" ROLE_PASSWORD="${!password_of_role:?has no value}" run_sql <<'SQL'
\getenv role ROLE
\getenv password ROLE_PASSWORD
set log_statement = 'none';
alter role :"role" password :'password';
SQL
done
