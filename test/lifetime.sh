#!/bin/bash
# Survival and lifetime models on public data against published values and
# those of R.  Needs saaskpi installed, and the files reference.csv,
# ref_km_lung.csv, ref_km_telco.csv, cdnow_cbs.csv.gz, lung.csv.gz,
# veteran.csv.gz, colon.csv.gz and telco.csv.gz in
#
#   SAASKPI_CHURN_DATA   the folder that holds them
set -uo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$root/script/lib.sh"

data=${SAASKPI_CHURN_DATA:-}
if [ ! -r "$data/reference.csv" ]; then
    echo "SKIPPED: set SAASKPI_CHURN_DATA to the folder of reference.csv and the data sets it is about"
    echo '0 passed, 0 failed, 1 skipped'
    exit 0
fi
find_postgres
server=$(short_directory)
trap 'stop_server "$server" immediate; rm -rf "$server"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
start_server "$server" 'jit = off' || exit 1

ask() { sql -At -v ON_ERROR_STOP=1 "$@"; }
# load FILE TABLE
load()
{
    case $1 in *.gz) gzip -dc "$data/$1" ;; *) cat "$data/$1" ;; esac |
        ask -c "\\copy $2 from stdin csv header" >/dev/null || exit 1
}

ask <<'END' || exit 1
CREATE EXTENSION saaskpi;
CREATE TABLE reference (section text, name text, value text, tolerance text, how text);
CREATE TABLE km_lung ("time" float8, at_risk float8, events float8, censored float8, survival float8, std_error float8, lo_log float8, hi_log float8, lo_loglog float8, hi_loglog float8);
CREATE TABLE km_telco ("time" float8, at_risk float8, events float8, survival float8, lo_log float8, hi_log float8);
CREATE TABLE cbs (id text, x float8, t_x float8, t float8, holdout_x float8, zbar float8);
CREATE TABLE lung (inst float8, "time" float8, status int, age float8, sex int, ecog float8, ph_karno float8, pat_karno float8, meal_cal float8, wt_loss float8);
CREATE TABLE veteran (trt int, celltype text, "time" float8, status int, karno float8, diagtime float8, age float8, prior float8);
CREATE TABLE colon (id int, study int, rx text, sex int, age float8, obstruct int, perfor int, adhere int, nodes float8, status int, differ float8, extent int, surg int, node4 int, "time" float8, etype int);
CREATE TABLE telco (customer text, gender text, senior int, partner text, dependents text, tenure float8, phone text, lines text, internet text, security text, backup text, protection text,
    support text, tv text, movies text, contract text, paperless text, payment text, monthly float8, total text, churn text);
CREATE TABLE got (section text, name text, part int, value float8);
END
load reference.csv reference
load ref_km_lung.csv km_lung
load ref_km_telco.csv km_telco
load cdnow_cbs.csv.gz cbs
for name in lung veteran colon telco; do load $name.csv.gz $name; done

# The published values are of times and spend rounded to two digits.
ask <<'END' || exit 1
UPDATE cbs SET t_x = round(t_x::numeric, 2), t = round(t::numeric, 2), zbar = round(zbar::numeric, 2);
CREATE TABLE bg AS SELECT f.* FROM (SELECT array_agg(x) AS x, array_agg(t_x) AS r, array_agg(t) AS a FROM cbs) AS q, saaskpi.bg_nbd(x, r, a) AS f;
CREATE TABLE pareto AS SELECT f.* FROM (SELECT array_agg(x) AS x, array_agg(t_x) AS r, array_agg(t) AS a FROM cbs) AS q, saaskpi.pareto_nbd(x, r, a) AS f;
CREATE TABLE spend AS SELECT f.* FROM (SELECT array_agg(x) AS x, array_agg(zbar) AS z FROM cbs WHERE x > 0) AS q, saaskpi.gamma_gamma(x, z) AS f;
INSERT INTO got
SELECT 'cdnow_bgnbd', v.name, 1, v.value FROM bg, LATERAL (VALUES ('r', parameters[1]), ('alpha', parameters[2]), ('a', parameters[3]), ('b', parameters[4]), ('loglik', log_likelihood),
    ('E_repeat_39w_id1', saaskpi.bg_nbd_expected(parameters, 2, 30.43, 38.86, 39)), ('p_alive_id1', saaskpi.bg_nbd_alive(parameters, 2, 30.43, 38.86)),
    ('E52_x26_tx30.86_T31', saaskpi.bg_nbd_expected(parameters, 26, 30.86, 31, 52)), ('p_alive_x26', saaskpi.bg_nbd_alive(parameters, 26, 30.86, 31)),
    ('E_new_customer_52w', saaskpi.bg_nbd_expected(parameters, 0, 0, 0, 52))) AS v(name, value) UNION ALL
SELECT 'cdnow_pareto', v.name, 1, v.value FROM pareto, LATERAL (VALUES ('r', parameters[1]), ('alpha', parameters[2]), ('s', parameters[3]), ('beta', parameters[4]), ('loglik', log_likelihood),
    ('p_alive_x26_tx30.86_T31', saaskpi.pareto_nbd_alive(parameters, 26, 30.86, 31)), ('E52_x26', saaskpi.pareto_nbd_expected(parameters, 26, 30.86, 31, 52)),
    ('E_new_customer_52w', saaskpi.pareto_nbd_expected(parameters, 0, 0, 0, 52)), ('E_repeat_39w_id1', saaskpi.pareto_nbd_expected(parameters, 2, 30.43, 38.86, 39))) AS v(name, value) UNION ALL
SELECT 'cdnow_gammagamma', v.name, 1, v.value FROM spend, LATERAL (VALUES ('p', parameters[1]), ('q', parameters[2]), ('gamma', parameters[3]), ('loglik', log_likelihood),
    ('E_spend_population', saaskpi.gamma_gamma_spend(parameters, 0, NULL)), ('E_spend_id1', saaskpi.gamma_gamma_spend(parameters, 2, 22.35))) AS v(name, value) UNION ALL
SELECT c.section, v.name, 1, v.value
  FROM (VALUES ('sbg_high_end', '{1000,869,743,653,593,551,517,491}'::float8[]), ('sbg_regular', '{1000,631,468,382,326,289,262,241}')) AS c(section, survivors), saaskpi.sbg(survivors) AS f,
       LATERAL (VALUES ('alpha', parameters[1]), ('beta', parameters[2]), ('loglik', log_likelihood), ('S12', (SELECT survival FROM saaskpi.sbg_curve(parameters, 12) WHERE period = 12)),
           ('DERL_n1_d10', saaskpi.sbg_residual(parameters, 0, 0.1)), ('DET_new_d10', 1 + saaskpi.sbg_residual(parameters, 0, 0.1) / 1.1)) AS v(name, value);
CREATE TABLE sets AS
SELECT 'lung' AS name, array_agg("time") AS t, array_agg(status = 2) AS e FROM lung UNION ALL
SELECT 'telco', array_agg(tenure), array_agg(churn = 'Yes') FROM telco UNION ALL
SELECT 'monthly', array_agg(tenure), array_agg(churn = 'Yes') FROM telco WHERE contract = 'Month-to-month';
CREATE VIEW curves AS
SELECT name, limits, k.* FROM sets, unnest(ARRAY['log', 'log-log', 'plain']) AS limits, saaskpi.kaplan_meier(t, e, limits) AS k;
CREATE FUNCTION last_of(set_name text, kind text, at float8) RETURNS curves LANGUAGE sql
RETURN (SELECT c FROM curves AS c WHERE c.name = set_name AND c.limits = kind AND c."time" <= at ORDER BY c."time" DESC LIMIT 1);
INSERT INTO got
SELECT 'km_lung', 'S' || d, 1, (last_of('lung', 'log', d)).survival FROM unnest(ARRAY[90, 180, 365, 730]) AS d UNION ALL
SELECT 'km_lung', 'se365', 1, (last_of('lung', 'log', 365)).std_error UNION ALL
SELECT 'km_lung', 'ci365_' || replace(l, '-', ''), p, CASE p WHEN 1 THEN (last_of('lung', l, 365)).lo ELSE (last_of('lung', l, 365)).hi END FROM unnest(ARRAY['log', 'log-log', 'plain']) AS l, generate_series(1, 2) AS p UNION ALL
SELECT 'km_lung', 'median_ci_' || replace(l, '-', ''), p, CASE p WHEN 1 THEN s.median_lo ELSE s.median_hi END
  FROM sets, unnest(ARRAY['log', 'log-log']) AS l, saaskpi.survival_summary(t, e, NULL, l) AS s, generate_series(1, 2) AS p WHERE name = 'lung' UNION ALL
SELECT 'km_lung', v.name, 1, v.value FROM sets, saaskpi.survival_summary(t, e, 730) AS s, LATERAL (VALUES ('median', s.median), ('rmst730', s.mean)) AS v(name, value) WHERE sets.name = 'lung' UNION ALL
SELECT 'km_telco', 'S at 1 6 12 24 36 48 60 72', i, (last_of('telco', 'log', (ARRAY[1, 6, 12, 24, 36, 48, 60, 72])[i])).survival FROM generate_series(1, 8) AS i UNION ALL
SELECT 'km_telco', 'rmst72', 1, s.mean FROM sets, saaskpi.survival_summary(t, e, 72) AS s WHERE name = 'telco' UNION ALL
SELECT 'km_telco_month_to_month', 'S12 S24 S48', i, (last_of('monthly', 'log', (ARRAY[12, 24, 48])[i])).survival FROM generate_series(1, 3) AS i;
INSERT INTO got
SELECT DISTINCT section, CASE rho WHEN 0 THEN 'chisq' ELSE 'peto_rho1_chisq' END, 1, r.chi_square
  FROM (SELECT 'logrank_lung_sex' AS section, array_agg("time") AS t, array_agg(status = 2) AS e, array_agg(sex::text) AS g FROM lung UNION ALL
        SELECT 'logrank_veteran_celltype', array_agg("time"), array_agg(status = 1), array_agg(celltype) FROM veteran UNION ALL
        SELECT 'logrank_colon_rx', array_agg("time"), array_agg(status = 1), array_agg(rx) FROM colon WHERE etype = 2 UNION ALL
        SELECT 'logrank_telco_contract', array_agg(tenure), array_agg(churn = 'Yes'), array_agg(contract) FROM telco) AS q,
       unnest(ARRAY[0, 1]) AS rho, saaskpi.log_rank(t, e, g, rho) AS r WHERE rho = 0 OR section LIKE '%lung%';
CREATE TABLE regressions AS
SELECT section, ties, f.*
  FROM (SELECT 'cox_lung' AS section, array_agg("time") AS t, array_agg(status = 2) AS e, array_agg(ARRAY[age, sex, ecog]) AS x, ARRAY['age', 'sex', 'ph.ecog'] AS n FROM lung WHERE ecog IS NOT NULL UNION ALL
        SELECT 'cox_veteran', array_agg("time"), array_agg(status = 1), array_agg(ARRAY[trt, (celltype = 'smallcell')::int, (celltype = 'adeno')::int, (celltype = 'large')::int, karno, diagtime, age, prior]),
               ARRAY['1', '2', '3', '4', '5', '6', '7', '8'] FROM veteran UNION ALL
        SELECT 'cox_colon', array_agg("time"), array_agg(status = 1), array_agg(ARRAY[(rx = 'Lev')::int, (rx = 'Lev+5FU')::int, age, nodes, extent]), ARRAY['1', '2', '3', '4', '5'] FROM colon WHERE etype = 2 AND nodes IS NOT NULL UNION ALL
        SELECT 'cox_telco', array_agg(tenure), array_agg(churn = 'Yes'), array_agg(ARRAY[monthly, senior, (partner = 'Yes')::int, (contract = 'One year')::int, (contract = 'Two year')::int]), ARRAY['1', '2', '3', '4', '5'] FROM telco) AS q,
       unnest(ARRAY['efron', 'breslow']) AS ties, saaskpi.cox(t, e, x, n, ties) AS f;
INSERT INTO got
SELECT section || '_' || ties, CASE WHEN section = 'cox_lung' THEN feature ELSE 'coefs' END, CASE WHEN section = 'cox_lung' THEN 1 ELSE feature::int END, coefficient FROM regressions UNION ALL
SELECT section || '_' || ties, 'se', row_number() OVER (PARTITION BY ties), std_error FROM regressions WHERE section = 'cox_lung' UNION ALL
SELECT 'cox_lung_efron', 'concordance', 1, concordance FROM regressions WHERE section = 'cox_lung' AND ties = 'efron' AND feature = 'age' UNION ALL
SELECT 'cox_lung_breslow', 'loglik0_loglik', p, CASE p WHEN 1 THEN log_likelihood_null ELSE log_likelihood END FROM regressions, generate_series(1, 2) AS p WHERE section = 'cox_lung' AND ties = 'breslow' AND feature = 'age';
END

passed=0
failed=0
# check WHAT SQL: the query gives what is wrong.
check()
{
    local wrong
    wrong=$(ask -c "$2") || wrong='no answer'
    if [ -z "$wrong" ]; then
        passed=$((passed + 1))
        echo "ok: $1"
    else
        failed=$((failed + 1))
        echo "not ok: $1"
        printf '%s\n' "$wrong" | sed 's/^/    /' | head -20
    fi
}

# Numbers alone, not those in names such as Lev+5FU.
check 'every value of the reference about survival and lifetime' "
WITH wanted AS (
    SELECT section, name, p.part, p.m[1]::float8 AS value, CASE tolerance WHEN 'exact' THEN 0 ELSE tolerance::float8 END AS tolerance
      FROM reference, regexp_matches(value, '(?<![A-Za-z0-9+.-])(-?[0-9]+(?:[.][0-9]+)?)(?![A-Za-z0-9.])', 'g') WITH ORDINALITY AS p(m, part)
     WHERE section ~ '^(cdnow|sbg|km_|logrank|cox)'
)
SELECT concat_ws(' ', section, name, part, 'wanted', w.value, 'got', g.value) FROM wanted AS w LEFT JOIN got AS g USING (section, name, part)
 WHERE NOT coalesce(abs(w.value - g.value) <= w.tolerance, false)
UNION ALL SELECT 'few values: ' || count(*) FROM wanted HAVING count(*) < 95"
# as the Python package lifetimes prints them, by numerical derivatives of its own
check 'errors of the parameters of BG/NBD' "
SELECT concat_ws(' ', 'wanted', w.e, 'got', b.std_errors[w.i]) FROM bg AS b, unnest('{0.012557,0.378221,0.185719,0.705345}'::float8[]) WITH ORDINALITY AS w(e, i)
 WHERE NOT coalesce(abs(b.std_errors[w.i] / w.e - 1) < 0.005, false)"
check 'the curve of lung, its errors and two kinds of limits' "
SELECT concat_ws(' ', r, l, ll) FROM km_lung AS r FULL JOIN (SELECT * FROM curves WHERE name = 'lung' AND limits = 'log') AS l USING (\"time\")
  FULL JOIN (SELECT * FROM curves WHERE name = 'lung' AND limits = 'log-log') AS ll USING (\"time\")
 WHERE NOT coalesce(r.at_risk = l.at_risk AND r.events = l.events AND r.censored = l.censored
       AND greatest(abs(r.survival - l.survival), abs(r.std_error - l.std_error), abs(lo_log - l.lo), abs(hi_log - l.hi), abs(lo_loglog - ll.lo), abs(hi_loglog - ll.hi)) < 1e-12, false)"
check 'the curve of telco' "
SELECT concat_ws(' ', r, l) FROM km_telco AS r FULL JOIN (SELECT * FROM curves WHERE name = 'telco' AND limits = 'log') AS l USING (\"time\")
 WHERE NOT coalesce(r.at_risk = l.at_risk AND r.events = l.events AND greatest(abs(r.survival - l.survival), abs(lo_log - l.lo), abs(hi_log - l.hi)) < 1e-12, false)"
check 'every fit is well' "SELECT status FROM (SELECT status FROM bg UNION ALL SELECT status FROM pareto UNION ALL SELECT status FROM spend UNION ALL SELECT status FROM regressions) AS s WHERE status <> 'ok'"
check 'the 39 weeks held out: Pareto/NBD errs by at most 0.755 a customer and 12 % in all' "
SELECT concat_ws(' ', e, t) FROM (SELECT avg(abs(holdout_x - e)) AS e, abs(sum(e) / sum(holdout_x) - 1) AS t
  FROM (SELECT holdout_x, saaskpi.pareto_nbd_expected(parameters, x, t_x, t, 39) AS e FROM cbs, pareto) AS q) AS q WHERE NOT (e <= 0.755 AND t <= 0.12)"
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
