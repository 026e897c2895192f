# shellcheck shell=bash disable=SC2034,SC2154
# What demo.sh, test.sh and the test scripts share: packages, build, private
# servers.  Sourced, with root set to the checkout.
#
#   PG_CONFIG   take this PostgreSQL and install no package of PostgreSQL

oldest_postgres=15
major=
server_dir=
conf_line='create_main_cluster = false # while packages for saaskpi are installed'
conf_file=/etc/postgresql-common/createcluster.conf

# Another server's settings must not reach ours.
for variable in "${!PG@}"; do
    [ "$variable" = PG_CONFIG ] || unset "$variable"
done
export LC_ALL=C.UTF-8
umask 022

say() { printf '%s\n' "$*" >&2; }
die() { say "${0##*/}: $*"; exit 1; }
is_root() { [ "$(id -u)" = 0 ]; }

as_root()
{
    if is_root; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        die "this needs root, and there is no sudo; as root: $*"
    fi
}

# --- packages ---------------------------------------------------------------

is_installed()
{
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

is_known() { [ -n "$(apt-cache madison "$1" 2>/dev/null)" ]; }

# The newest PostgreSQL with server and headers, else with either.
installed_major()
{
    local wanted n have best=
    for wanted in 2 1; do
        for n in /usr/lib/postgresql/*/; do
            n=$(basename "$n")
            if ! [[ $n =~ ^[0-9]+$ ]] || [ "$n" -lt $oldest_postgres ]; then
                continue
            fi
            have=0
            ! is_installed "postgresql-$n" || have=$((have + 1))
            ! is_installed "postgresql-server-dev-$n" || have=$((have + 1))
            if [ $have -ge $wanted ] && [ "$n" -gt "${best:-0}" ]; then
                best=$n
            fi
        done
        [ -z "$best" ] || break
    done
    echo "$best"
}

offered_major()
{
    apt-cache depends postgresql 2>/dev/null |
        sed -n 's/.*Depends: postgresql-\([0-9][0-9]*\)$/\1/p' | head -1
}

# missing_packages SETS: those of script/packages that are not there.  Without
# a major version of PostgreSQL its packages keep their NN.
missing_packages()
{
    local set name
    while read -r set name; do
        [[ " $1 " = *" $set "* ]] || continue
        if [ -n "${PG_CONFIG:-}" ] && [[ $name = postgresql-* ]]; then
            continue
        fi
        [ -z "$major" ] || name=${name//NN/$major}
        is_installed "${name%\?}" && continue
        if [[ $name = *\? ]] && [[ $name != *NN* ]] && ! is_known "${name%\?}"
        then
            continue
        fi
        echo "${name%\?}"
    done < "$root/script/packages"
}

# Debian's packages make and start a cluster of their own when a server is
# installed first.  A line in their configuration forbids it meanwhile.
forbid_cluster()
{
    if ! grep -qs '^[[:space:]]*create_main_cluster' $conf_file; then
        as_root sh -c "echo '$conf_line' >> $conf_file"
    fi
}

allow_cluster()
{
    if grep -qsxF "$conf_line" $conf_file; then
        as_root sed -i "/^$conf_line\$/d" $conf_file
    fi
}

apt_install()
{
    as_root env DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=a \
        apt-get -o DPkg::Lock::Timeout=300 install -y -q \
        --no-install-recommends "$@" >&2 </dev/null ||
        die "apt-get could not install: $*"
}

# install_packages SETS: apt is not run when nothing is missing.
install_packages()
{
    local missing
    if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null
    then
        say "No apt here: taking what is installed (see script/packages)."
        return
    fi
    [ -n "${PG_CONFIG:-}" ] || major=$(installed_major)
    missing=$(missing_packages "$1")
    [ -n "$missing" ] || return 0
    # shellcheck disable=SC2086
    say "Packages missing:" $missing
    as_root apt-get update -q >&2 </dev/null ||
        say "apt-get update failed; trying with the lists that are here."
    if [ -z "$major" ] && [ -z "${PG_CONFIG:-}" ]; then
        major=$(offered_major)
        [ -n "$major" ] || die "apt offers no package postgresql"
        [ "$major" -ge $oldest_postgres ] ||
            die "apt offers PostgreSQL $major, and $oldest_postgres or newer" \
                "is needed: see https://wiki.postgresql.org/wiki/Apt"
    fi
    missing=$(missing_packages "$1")
    if [[ $missing = *postgresql-$major* ]]; then
        trap allow_cluster EXIT
        apt_install postgresql-common
        forbid_cluster
    fi
    # shellcheck disable=SC2086
    apt_install $missing
    allow_cluster
    trap - EXIT
}

# --- PostgreSQL and the build ----------------------------------------------

# Sets pg_config, bin, pkglib and share.
find_postgres()
{
    pg_config=${PG_CONFIG:-}
    if [ -z "$pg_config" ] && [ -z "$major" ] &&
        command -v dpkg-query >/dev/null; then
        major=$(installed_major)
    fi
    if [ -z "$pg_config" ] && [ -n "$major" ]; then
        pg_config=/usr/lib/postgresql/$major/bin/pg_config
    fi
    pg_config=${pg_config:-pg_config}
    command -v "$pg_config" >/dev/null || die "there is no $pg_config"
    export PG_CONFIG=$pg_config
    bin=$("$pg_config" --bindir)
    share=$("$pg_config" --sharedir)
    pgxs=$("$pg_config" --pgxs)
    major=$("$pg_config" --version | sed 's/[^0-9]*\([0-9]*\).*/\1/')
    [ -x "$bin/postgres" ] || die "there is no server in $bin"
    [ -e "$pgxs" ] || die "there are no server headers for $("$pg_config" --version)"
}

# build_extension DIR [make argument ...]: out of tree, so that builds with
# other flags or another PostgreSQL never mix.
build_extension()
{
    local dir=$1
    shift
    [[ $root != *[[:space:]]* ]] ||
        die "make cannot work in a path with a space: $root"
    mkdir -p "$dir"
    make -s -C "$dir" -f "$root/Makefile" -j"$(nproc)" "$@" >&2
}

# install_extension DIR: what is there already, byte for byte, stays.
install_extension()
{
    local dir=$1 stage=$1/stage file
    rm -rf "$stage"
    make -C "$dir" -f "$root/Makefile" install DESTDIR="$stage" >"$dir/install.log" 2>&1 ||
        { cat "$dir/install.log" >&2; return 1; }
    while IFS= read -r file; do
        if ! cmp -s "$file" "${file#"$stage"}"; then
            say "Installing saaskpi into $("$PG_CONFIG" --pkglibdir) and $share/extension"
            as_root make -C "$dir" -f "$root/Makefile" install \
                PG_CONFIG="$PG_CONFIG" >"$dir/install.log" 2>&1 ||
                { cat "$dir/install.log" >&2; return 1; }
            break
        fi
    done < <(find "$stage" -type f)
    rm -rf "$stage"
}

# --- private servers --------------------------------------------------------

# A server refuses to run as root.
server_user()
{
    if is_root; then
        id -u postgres >/dev/null 2>&1 ||
            die "no user postgres to run the server as"
        echo postgres
    else
        id -un
    fi
}

as_server()
{
    if is_root; then
        (cd / && exec runuser -u postgres -- "$@")
    else
        "$@"
    fi
}

# server_reaches DIR: can the server's user work in it, and is the path of a
# socket in it short enough (107 bytes)?
server_reaches()
{
    [ "$(printf '%s/.s.PGSQL.5432' "$1" | wc -c)" -le 107 ] &&
        as_server test -w "$1" -a -x "$1" 2>/dev/null
}

# short_directory: a new directory that only the server's user can enter.
short_directory()
{
    local base dir
    for base in "${TMPDIR:-/tmp}" /tmp; do
        dir=$(mktemp -d "$base/saaskpi.XXXXXX") || continue
        ! is_root || chown postgres: "$dir"
        if server_reaches "$dir"; then
            echo "$dir"
            return
        fi
        rmdir "$dir"
    done
    die "no temporary directory that user $(server_user) can use"
}

# start_server DIR [SETTING ...]: a new cluster in DIR/data, its socket in
# DIR, no network.  Sets PGHOST and PGUSER.
start_server()
{
    local dir=$1
    shift
    as_server "$bin/initdb" -D "$dir/data" -A trust -U postgres -E UTF8 \
        --no-locale --no-sync >"$dir/initdb.log" 2>&1 ||
        { cat "$dir/initdb.log" >&2; return 1; }
    {
        printf '%s\n' "listen_addresses = ''" \
            "unix_socket_directories = '${dir//\'/\'\'}'" \
            'fsync = off' 'jit = off' 'shared_buffers = 128MB' "$@"
    } | as_server tee -a "$dir/data/postgresql.conf" >/dev/null
    server_dir=$dir
    as_server "$bin/pg_ctl" -D "$dir/data" -l "$dir/server.log" -w -t 60 \
        start >/dev/null 9>&- || { tail -20 "$dir/server.log" >&2; return 1; }
    export PGHOST=$dir PGUSER=postgres PGPORT=5432 PGCLIENTENCODING=UTF8
    export PGDATABASE=postgres
}

# stop_server DIR [MODE]: as the user who runs it
stop_server()
{
    local mode ctl=("$bin/pg_ctl" -D "$1/data" -w stop)
    [ -e "$1/data/postmaster.pid" ] || return 0
    if is_root; then
        ctl=(runuser -u "$(stat -c %U "$1/data")" -- "${ctl[@]}")
    fi
    for mode in "${2:-fast}" immediate; do
        ! (cd / && "${ctl[@]}" -m "$mode" >/dev/null 2>&1) || break
    done
}

# sql ARGUMENT ...: psql that stops at the first error
sql() { "$bin/psql" -X -q -v ON_ERROR_STOP=1 "$@"; }
