# Puts an install or upgrade script together: awk -v sql=DIRECTORY -f expand.awk PART ...
#
# Lines of a part that begin with @ stand for other texts:
#
#   @part NAME      the part NAME of the install script
#   @replace NAME   the same for functions, procedures and views that may exist
#   @state type=... storage=... sspace=... meaning=... rollup=...
#                   template/state.sql with @type@, @storage@ and so on
#                   replaced.  A value reaches up to the next " name=" of the
#                   template, or to the end.

function fail(why)
{
    printf "%s: %s\n", where, why > "/dev/stderr"
    failed = 1
    exit 1
}

# Words of the line are values of the template's names; sets value[].
function read_values(line, words, n, i, name)
{
    for (name in value)
        delete value[name]
    n = split(line, words, " ")
    name = ""
    for (i = 2; i <= n; i++)
        if (match(words[i], /^[a-z]+=/)) {
            name = substr(words[i], 1, RLENGTH - 1)
            value[name] = substr(words[i], RLENGTH + 1)
        } else if (name == "")
            fail("a value without a name: " words[i])
        else
            value[name] = value[name] " " words[i]
}

# The line with every @name@ replaced.
function filled(line, done, name)
{
    done = ""
    while (match(line, /@[a-z]+@/)) {
        name = substr(line, RSTART + 1, RLENGTH - 2)
        if (!(name in value))
            fail("the template wants " name "=")
        used[name] = 1
        done = done substr(line, 1, RSTART - 1) value[name]
        line = substr(line, RSTART + RLENGTH)
    }
    return done line
}

function fill_template(line, template, text, status, name)
{
    template = sql "/template/" substr(line, 2, index(line " ", " ") - 2) ".sql"
    read_values(line)
    for (name in used)
        delete used[name]
    while ((status = (getline text < template)) > 0)
        print filled(text)
    if (status < 0)
        fail("there is no " template)
    close(template)
    for (name in value)
        if (!(name in used))
            fail("no @" name "@ in " template)
}

function print_part(file, replace, line, status, n, words)
{
    n = 0
    while ((status = (getline line < file)) > 0) {
        where = file ":" ++n
        if (line ~ /^@(part|replace) /) {
            split(line, words, " ")
            print_part(sql "/install/" words[2], words[1] == "@replace")
        } else if (line ~ /^@/)
            fill_template(line)
        else {
            if (replace && line ~ /^CREATE (FUNCTION|PROCEDURE|VIEW) /)
                line = "CREATE OR REPLACE" substr(line, 7)
            print line
        }
    }
    if (status < 0)
        fail("there is no " file)
    close(file)
}

BEGIN {
    where = "expand.awk"
    for (part = 1; part < ARGC; part++)
        print_part(ARGV[part], 0)
    exit failed
}
