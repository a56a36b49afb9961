#!/bin/sh
# Makes the secrets that docker-compose.yml needs, once: sh infra/docker/make-env.sh
# It writes .env beside docker-compose.yml, for the owner only, and never changes one that is there: a new password does not
# open old data, and a new identity secret makes strangers of known sessions.
set -eu
cd "$(dirname "$0")/../.."
umask 077
set -C
secret() { od -An -v -tx1 -N32 /dev/urandom | tr -d ' \n'; }
if ! {
  printf 'CLICKHOUSE_PASSWORD=%s\nREDIS_PASSWORD=%s\nBEACONHOUSE_IDENTITY_SECRET=%s\nBEACONHOUSE_LINK_SECRET=%s\n' \
    "$(secret)" "$(secret)" "$(secret)" "$(secret)" >.env
} 2>/dev/null; then
  echo '.env could not be made: it is there already, or this folder cannot be written.' >&2
  exit 1
fi
echo 'made .env; now: docker compose up'
