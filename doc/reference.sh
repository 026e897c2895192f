#!/bin/sh
# Prints the reference, the KPI dictionary or the requirements as Markdown from the catalog of
# the database that psql connects to (PGHOST, PGDATABASE and so on; saaskpi
# must be installed):
#
#     doc/reference.sh > doc/reference.md
#     doc/reference.sh dictionary > doc/kpi-dictionary.md
#     doc/reference.sh requirements > doc/requirements.md
#
# It only reads, so a standby and a role without any other right will do.
# "make reference" writes all of them, from a server of its own.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
case ${1:-reference} in
    reference | dictionary | requirements) ;;
    *) sed -n '2,12s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
esac
exec "${PSQL:-psql}" -X -q -A -t -v ON_ERROR_STOP=1 -f "$here/${1:-reference}.sql"
