#!/bin/bash
# The bundle in a real Superset: installed by pip, pointed at the company of
# demo.sh, the bundle imported by its own command, every chart asked for its
# data, and every page photographed where there are a Chromium and node.
#
#   dashboards/superset/check.sh [--pictures FOLDER] [--readme]
#
#   --readme   only makes the pictures of the README anew, in doc/pictures
#
#   SUPERSET_VENV   its Python environment, build/superset-venv unless told;
#                   made when it is missing, which takes minutes and 2 GB
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
. "$root/script/lib.sh"
version=6.1.0
pictures=$root/build/dashboards/pictures
readme=
while [ $# -gt 0 ]; do
    case $1 in
        --pictures) pictures=$2; shift ;;
        --readme) readme=1 ;;
        *) die "unknown option $1" ;;
    esac
    shift
done
venv=${SUPERSET_VENV:-$root/build/superset-venv}
find_postgres
if ! command -v python3 >/dev/null; then
    echo 'SKIPPED: there is no python3 to run Superset with'
    exit 0
fi
if [ ! -x "$venv/bin/superset" ]; then
    say "Installing Superset $version into $venv"
    python3 -m venv "$venv"
    "$venv/bin/pip" install -q "apache-superset==$version" psycopg2-binary rich cachetools flask-caching==2.3.1
fi
work=$(mktemp -d)
port=$((20000 + RANDOM % 20000))
pid=
finish()
{
    [ -z "$pid" ] || kill "$pid" 2>/dev/null || true
    "$root/demo.sh" --stop --dir "$work" >/dev/null 2>&1
    rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

say "Making a company"
"$root/demo.sh" --dir "$work" --customers 2000 --months 48 --keep >"$work/demo.log" 2>&1
server=$(cd "$work/server" && pwd -P)
ask=("$bin/psql" -X -q -v ON_ERROR_STOP=1 -h "$server" -U postgres -d demo)
"${ask[@]}" -c 'SET client_min_messages = warning' -c "CALL saaskpi.train_churn('acme')" -c "CALL saaskpi.train_segments('acme')" -c "CALL saaskpi.refresh('acme')"
"${ask[@]}" -v schema=acme -v role=bi_reader -f "$root/dashboards/reader.sql"
"$root/dashboards/generate.pl" --out "$work/made" --superset-uri "postgresql+psycopg2://bi_reader@/demo?host=$server"

say "Starting Superset"
cat >"$work/superset_config.py" <<END
SECRET_KEY = '$(head -c 32 /dev/urandom | base64)'
SQLALCHEMY_DATABASE_URI = 'sqlite:///$work/superset.db?check_same_thread=false'
# what the bundle needs
FEATURE_FLAGS = {'ENABLE_TEMPLATE_PROCESSING': True}
# only here: nobody logs in, and only this machine reaches it
AUTH_ROLE_PUBLIC = 'Admin'
WTF_CSRF_ENABLED = False
TALISMAN_ENABLED = False
SUPERSET_WEBSERVER_TIMEOUT = 600
END
export SUPERSET_CONFIG_PATH=$work/superset_config.py SUPERSET_HOME=$work FLASK_APP='superset.app:create_app()'
# Superset's Python is not to see the settings of the servers here
export -n PGHOST PGUSER PGDATABASE PGPORT 2>/dev/null || true
run() { "$venv/bin/$1" "${@:2}" >>"$work/superset.log" 2>&1 || { tail -40 "$work/superset.log"; die "$* failed"; }; }
run superset db upgrade
run superset fab create-admin --username admin --firstname a --lastname a --email admin@localhost --password "$(head -c 12 /dev/urandom | base64)"
run superset init
run superset import-dashboards -p "$work/made/superset/saaskpi.zip" -u admin
"$venv/bin/superset" run -p "$port" --with-threads >"$work/server.log" 2>&1 &
pid=$!
status=0
only=()
if [ -n "$readme" ]; then
    only=(saaskpi-executive-overview saaskpi-analytics-customers saaskpi-crm-actions "report=file://$work/report.html")
    "$root/dashboards/report.pl" --schema acme --out "$work/report.html" -- "${ask[@]}"
fi
as_of=$("${ask[@]}" -A -t -c 'SELECT effective_as_of FROM acme.kpi_settings')
"$venv/bin/python" "$root/dashboards/superset/check.py" "http://localhost:$port" "$pictures" "$as_of" "${only[@]}" || status=$?
[ -z "$readme" ] || [ $status -ne 0 ] || "$venv/bin/python" "$root/dashboards/superset/readme.py" "$pictures" "$root/doc/pictures" || status=$?
[ $status -eq 0 ] || cp "$work/server.log" "$root/build/superset-server.log"
exit $status
