#!/bin/bash
# The steps of docker/Dockerfile, run in bare Debian trees instead of by a
# container engine: the extension is built in one, put into another, and there
# the image's first start is played: its init script, the demo's source tables,
# a refresh, and the reader's rights.  Needs root, mmdebstrap and unshare, and
# says so and skips without them.
#
# What stands in for the image postgres:NN-trixie is Debian's own PostgreSQL
# of the same release, so what is not tested is that image's entrypoint.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$root/script/lib.sh"

file=$root/docker/Dockerfile
for tool in mmdebstrap unshare; do
    if ! command -v $tool >/dev/null; then
        echo "SKIPPED: the image's steps need $tool"
        echo "0 passed, 0 failed, 1 skipped"
        exit 0
    fi
done
PG_MAJOR=$(sed -n 's/^ARG PG_MAJOR=//p' "$file")
release=$(sed -n 's/^FROM postgres:[^-]*-\([a-z]*\).*/\1/p' "$file" | sort -u)
work=$(short_directory)
trap 'as_root rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# in_tree TREE COMMAND ...: what it starts ends with it
in_tree()
{
    local tree=$1
    shift
    # shellcheck disable=SC2016
    as_root unshare --mount --pid --fork --kill-child sh -c '
        mount --make-rprivate / && mount --rbind /dev "$1/dev" &&
        mount -t proc proc "$1/proc" && cd "$1" && shift && exec chroot . "$@"' sh "$tree" \
        env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
        PG_MAJOR="$PG_MAJOR" "$@" </dev/null
}

# The steps of the file one per line: continued lines joined, comments gone.
steps()
{
    sed '/^ *#/d' "$file" | sed -e ':a' -e '/\\$/N; s/\\\n *//; ta' | grep -E '^(FROM|RUN|COPY) '
}

# copy_in TREE [--from=build] FROM TO
copy_in()
{
    local tree=$1
    if [[ $2 = --from=* ]]; then
        as_root cp -a "$work/${2#--from=}$3/." "$tree$4"
    elif [ "$2" = . ]; then
        as_root mkdir -p "$tree$3"
        git -C "$root" ls-files -z | (cd "$root" && tar --null -T - -cf -) |
            as_root tar -C "$tree$3" --no-same-owner -xf -
    elif [ -d "$root/$2" ]; then
        as_root mkdir -p "$tree$3"
        as_root cp -a "$root/$2/." "$tree$3"
    else
        as_root mkdir -p "$tree$3"
        as_root cp "$root/$2" "$tree$3"
    fi
}

as_root mmdebstrap --quiet --variant=apt --include="passwd,postgresql-$PG_MAJOR" \
    --skip=cleanup/apt/lists --aptopt='Acquire::Check-Valid-Until "false"' \
    --format=directory "$release" "$work/base"
tree=
while read -r step rest; do
    case $step in
    FROM)
        name=${rest##* AS }
        [ "$name" != "$rest" ] || name=image
        tree=$work/$name
        as_root cp -a "$work/base" "$tree"
        as_root cp -L /etc/resolv.conf /etc/hosts "$tree/etc/"
        ;;
    COPY)
        # shellcheck disable=SC2086
        copy_in "$tree" $rest
        ;;
    RUN)
        in_tree "$tree" sh -ec "$rest" >"$work/log" 2>&1 || {
            tail -20 "$work/log"
            die "this step failed: $rest"
        }
        ;;
    esac
done < <(steps)
echo "ok - every step of the image ran"

# The image's first start: a server on a socket, then its init scripts.
cat >"$work/start.sh" <<'SH'
set -e
bin=/usr/lib/postgresql/$PG_MAJOR/bin
cd /tmp
install -d -o postgres /var/run/postgresql
runuser -u postgres -- $bin/initdb -D /tmp/data >/dev/null 2>&1
runuser -u postgres -- $bin/pg_ctl -D /tmp/data -w -l /tmp/log start -o "$SERVER_OPTIONS" >/dev/null ||
    { cat /tmp/log; exit 1; }
export POSTGRES_USER=postgres POSTGRES_DB=saaskpi READER_PASSWORD="it's a secret" METABASE_PASSWORD='two"'
runuser -u postgres -- createdb saaskpi
for script in /docker-entrypoint-initdb.d/*.sh; do
    runuser -u postgres -- "$script" >/dev/null || { echo "not ok - $script"; exit 1; }
done
ask() { runuser -u postgres -- psql -X -q -At -v ON_ERROR_STOP=1 -d saaskpi "$@"; }
ask -c "INSERT INTO company.subscriptions VALUES ('s1', 'c1', 'Pro', '2024-01-15', NULL, 49)" \
    -c "UPDATE company.kpi_settings SET as_of = '2024-03-01'" -c "CALL saaskpi.refresh('company')"
echo "mrr $(ask -c 'SET ROLE kpi_reader' -c 'SELECT period, closing FROM company.kpi_mrr_monthly ORDER BY 1' | paste -sd ' ')"
echo "jobs $(ask -c 'SELECT schedule, command FROM cron.job')"
echo "reader $(ask -c 'SET ROLE kpi_reader' -c 'TABLE company.kpi_customers_mat' 2>&1)"
echo "owner $(ask -c "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'metabase'")"
runuser -u postgres -- $bin/pg_ctl -D /tmp/data -m fast -w stop >/dev/null
SH
as_root cp "$work/start.sh" "$work/image/start.sh"
options=$(sed -n '/^    command:/,/^    environment:/p' "$root/docker/compose.yaml" |
    sed -n 's/^      - \([a-z_.]*=.*\)/-c \1/p' | sed 's/\${POSTGRES_DB:-\([a-z]*\)}/\1/' | paste -sd ' ')
said=$(in_tree "$work/image" env SERVER_OPTIONS="-c listen_addresses= $options" sh /start.sh 2>&1) || true

failed=0
# expect WHAT LINE
expect()
{
    if grep -qF "$2" <<<"$said"; then
        echo "ok - $1"
    else
        echo "not ok - $1"
        failed=$((failed + 1))
    fi
}
expect 'the first start makes a company that is refreshed and read' \
    'mrr 2024-01-01|49.00 2024-02-01|49.00 2024-03-01|49.00'
expect 'it is refreshed every hour' "jobs 15 * * * *|CALL saaskpi.refresh('company')"
expect 'the reader reads views only' 'permission denied for table kpi_customers_mat'
expect 'Metabase has a database of its own' 'owner metabase'
[ $failed -eq 0 ] || echo "$said"
echo "$((5 - failed)) passed, $failed failed"
[ $failed -eq 0 ]
