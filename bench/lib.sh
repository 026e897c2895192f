# shellcheck shell=bash disable=SC2034,SC2154
# What the benchmarks share: DuckDB, a private cluster, times and memory.
# Sourced with root, build and notes set; leaves keep alone.

bin=$("${PG_CONFIG:-pg_config}" --bindir)
share=$("${PG_CONFIG:-pg_config}" --sharedir)
generator=$root/generator/saaskpi-generate
say() { echo "bench: $*" >&2; }
note() { say "$*"; printf '* %s\n' "$*" >> "$notes"; }

# Two runs at once would share files, and neither would measure anything.
lock()
{
    exec 9> "$root/build/bench/lock"
    flock -n 9 || { echo "bench: another run is under way" >&2; exit 1; }
}

# Sets duck to the folder of its modules, or to nothing.
find_duckdb()
{
    duck=
    if command -v node >/dev/null && command -v npm >/dev/null; then
        duck=$root/build/duckdb
        if [ ! -d "$duck/node_modules/@duckdb/node-api" ]; then
            say "installing DuckDB into build/duckdb"
            mkdir -p "$duck"
            echo '{"private": true}' > "$duck/package.json"
            npm install --prefix "$duck" --no-audit --no-fund \
                @duckdb/node-api >&2 || duck=
        fi
    fi
    [ -n "$duck" ] || note "DuckDB is not there (node and npm are needed)."
}

sampler=
finish()
{
    [ -z "$sampler" ] || kill "$sampler" 2>/dev/null || true
    if [ -n "$keep" ]; then
        say "kept: $dir, its server running"
        return
    fi
    (cd "$dir" && "${as[@]}" "$bin/pg_ctl" -D "$dir/data" -m immediate stop \
        >/dev/null 2>&1) || true
    rm -rf "$dir"
}

# A private cluster. A server refuses to run as root.
start_cluster()
{
    local user variable
    dir=$(mktemp -d "${TMPDIR:-/tmp}/saaskpi_bench.XXXXXX")
    as=()
    user=$(id -un)
    if [ "$(id -u)" = 0 ]; then
        chown postgres "$dir"
        as=(runuser -u postgres --)
        user=postgres
    fi
    chmod 755 "$dir"
    trap finish EXIT
    for variable in "${!PG@}"; do
        [ "$variable" = PG_CONFIG ] || unset "$variable"
    done
    export PGHOST=$dir PGUSER=$user PGDATABASE=bench
    export PGOPTIONS='-c client_min_messages=warning'
    (
        cd "$dir"
        "${as[@]}" "$bin/initdb" -D "$dir/data" -A trust -U "$user" -E UTF8 \
            --locale=C --no-sync >/dev/null
        "${as[@]}" tee -a "$dir/data/postgresql.conf" >/dev/null <<END
listen_addresses = ''
unix_socket_directories = '$dir'
fsync = off
synchronous_commit = off
full_page_writes = off
shared_buffers = 1GB
work_mem = 64MB
maintenance_work_mem = 256MB
max_parallel_workers_per_gather = 2
max_parallel_workers = 2
jit = off
max_wal_size = 8GB
checkpoint_timeout = 1h
autovacuum = off
END
        "${as[@]}" "$bin/pg_ctl" -D "$dir/data" -w -l "$dir/log" start \
            >/dev/null 9>&-
    )
    postmaster=$("${as[@]}" head -1 "$dir/data/postmaster.pid")
    "$bin/createdb" -T template0 bench
    psql=("$bin/psql" -X -q -v ON_ERROR_STOP=1)
}

ask() { "${psql[@]}" -Atc "$1"; }

median() { sort -n | awk '{ v[NR] = $1 } END {
    if (NR) print (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2 }'; }
calc() { awk "BEGIN { printf \"$1\", $2 }"; }

# Peak anonymous memory, in kB, of all processes of the server together; so
# shared buffers are not in it, and workers are.
sample_memory()
{
    local peak=0 sum
    while :; do
        sum=$(awk -v p="$postmaster" '/^PPid:/ { child = $2 == p }
                   /^RssAnon:/ && child { s += $2 } END { print s + 0 }' \
            /proc/[0-9]*/status 2>/dev/null || true)
        if [ "${sum:-0}" -gt "$peak" ]; then
            peak=$sum
            echo "$peak" > "$1"
        fi
        sleep 0.1
    done
}
start_sampler() { echo 0 > "$1"; sample_memory "$1" & sampler=$!; }
stop_sampler()
{
    kill "$sampler" 2>/dev/null || true
    wait "$sampler" 2>/dev/null || true
    sampler=
}
