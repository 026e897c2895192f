-- What customers are worth: models of lifetime value and what they say of each.
--
-- Everything of a model that is the same for many customers is computed once:
-- fits see equal customers as one row, factors of a contract depend on its age
-- alone, and purchases to come on frequency and age, but for the chance that
-- she is still there, which is cheap.  Barriers are written OFFSET '0': the
-- server takes OFFSET 0 for one that workers may not cross.

INSERT INTO saaskpi_internal.relations (relation, maintained, key, grain, comment, query) VALUES
('kpi_ltv_bounds', 'own', '{bound}', 'bound',
 'Where the ranges of kpi_ltv_distribution begin and end: one row per bound, yours to change; the next refresh applies it. From which value on is a customer a large one?',
 $sql$(bound) SELECT unnest('{0,100,500,1000,5000,10000,50000,100000}'::numeric[])$sql$);

INSERT INTO saaskpi_internal.relation_columns (relation, column_name, unit, definition, comment) VALUES
('kpi_ltv_bounds', 'bound', 'money', $$numeric NOT NULL CHECK (bound > '-Infinity' AND bound < 'Infinity')$$, 'Least value of a range, which ends below the next bound; what lies below the least bound, and from the greatest one on, is out of range.');

-- Half a week is what a week rounds away, in the mean.
CREATE FUNCTION saaskpi_internal.coarse_days(days integer, in_weeks boolean)
RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN in_weeks THEN greatest(0, 7 * ((days + 6) / 7) - 3) ELSE days END;
COMMENT ON FUNCTION saaskpi_internal.coarse_days(integer, boolean) IS 'days, or the middle of the week they lie in, so that very many customers are few different ones';

-- By the delta method the error of a sum of survivals is that of each hazard times
-- all that comes after it.  Not a window, which no worker may compute.
CREATE FUNCTION saaskpi_internal.error_of_tails(worth float8[], spread float8[])
RETURNS float8
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $$
DECLARE
    tails float8[];
    squares float8 := 0;
BEGIN
    FOR j IN REVERSE cardinality(worth) .. 1 LOOP
        tails[j] := worth[j] + coalesce(tails[j + 1], 0);
    END LOOP;
    FOR j IN 1 .. cardinality(worth) LOOP
        squares := squares + tails[j] * tails[j] * spread[j];
    END LOOP;
    RETURN sqrt(squares);
END
$$;
COMMENT ON FUNCTION saaskpi_internal.error_of_tails(float8[], float8[]) IS 'standard error of a sum of parts whose hazards have these variances, each of which moves its part and all that follow';

INSERT INTO saaskpi_internal.relations (relation, needs, key, grain, comment, query) VALUES
('kpi_ltv_models', '{subscriptions|orders}', '{model,place}', 'model and parameter',
 'What kpi_ltv goes by: one row per model and parameter, with its error, the fit and what is the matter with it. How sure are we of what customers are worth?', $sql$
WITH year AS MATERIALIZED (
    SELECT sum(w.customers_opening)::bigint AS opening, sum(w.customers_lost)::bigint AS lost
      FROM {kpi_mrr_monthly} AS w WHERE w.is_complete AND w.period >= date_trunc('month', {as_of}::timestamp) - interval '12 months'
), costs_of AS MATERIALIZED (
    SELECT saaskpi_internal.rate(sum(m.gross_profit), sum(m.revenue)) AS margin
      FROM {kpi_margin_monthly} AS m WHERE m.is_complete AND m.period >= date_trunc('month', {as_of}::timestamp) - interval '12 months' AND abs(m.gross_profit) < 'Infinity'
), stays AS MATERIALIZED (
    SELECT s.age, s.customers, s.ended, s.at_risk - s.ended - coalesce(lead(s.at_risk) OVER (ORDER BY s.age), 0) AS censored FROM {kpi_survival} AS s WHERE s.dimension = 'all'
), ends AS (
    SELECT age, true AS ended, ended AS customers FROM stays WHERE ended > 0 UNION ALL SELECT age, false, censored FROM stays WHERE censored > 0
), contracts AS MATERIALIZED (
    SELECT q.customers, f.* FROM (SELECT coalesce(sum(customers), 0)::bigint AS customers, array_agg(age::float8 ORDER BY age, ended) AS ages, array_agg(ended ORDER BY age, ended) AS ends,
                                         array_agg(customers::float8 ORDER BY age, ended) AS weights FROM ends) AS q
      LEFT JOIN LATERAL (SELECT f.parameters, f.std_errors, f.log_likelihood, f.status FROM saaskpi.sbg(q.ages, q.ends, q.weights) AS f
                          WHERE q.customers >= {setting ltv_min_customers}::bigint) AS f ON true
), crowd AS MATERIALIZED (
    SELECT count(*) AS buyers, count(*) > 100000 AS many, coalesce(sum(b.net) / nullif(sum(b.avg_basket * b.orders), 0), 1) AS kept FROM {kpi_buyers} AS b
), merged AS MATERIALIZED (
    SELECT b.order_days - 1 AS x, saaskpi_internal.coarse_days(b.last_order - b.first_order, c.many) AS recency, saaskpi_internal.coarse_days({as_of} - b.first_order, c.many) AS age, count(*) AS n
      FROM {kpi_buyers} AS b CROSS JOIN crowd AS c GROUP BY 1, 2, 3
), purchases AS MATERIALIZED (
    SELECT c.buyers AS customers, f.* FROM crowd AS c
      LEFT JOIN LATERAL (SELECT f.parameters, f.std_errors, f.log_likelihood, f.status
                           FROM (SELECT array_agg(x::float8 ORDER BY x, recency, age) AS x, array_agg(recency::float8 ORDER BY x, recency, age) AS recency,
                                        array_agg(age::float8 ORDER BY x, recency, age) AS age, array_agg(n::float8 ORDER BY x, recency, age) AS n FROM merged) AS q,
                                saaskpi.bg_nbd(q.x, q.recency, q.age, q.n) AS f WHERE c.buyers >= {setting ltv_min_customers}::bigint) AS f ON true
), means AS MATERIALIZED (
    SELECT q.x, CASE WHEN c.many THEN exp(round(ln(q.mean) * 100) / 100) ELSE q.mean END AS mean, count(*) AS n
      FROM (SELECT b.order_days - 1 AS x, (b.net_again / (b.order_days - 1))::float8 AS mean FROM {kpi_buyers} AS b WHERE b.order_days > 1 AND b.net_again > 0) AS q CROSS JOIN crowd AS c GROUP BY 1, 2
), spend AS MATERIALIZED (
    SELECT coalesce(q.customers, 0)::bigint AS customers, q.mean, f.*
      FROM (SELECT array_agg(x::float8 ORDER BY x, mean) AS x, array_agg(mean ORDER BY x, mean) AS means, array_agg(n::float8 ORDER BY x, mean) AS n,
                   sum(n) AS customers, sum(mean::numeric * n) / sum(n) AS mean FROM means) AS q
      LEFT JOIN LATERAL (SELECT f.parameters, f.std_errors, f.log_likelihood, f.status FROM saaskpi.gamma_gamma(q.x, q.means, q.n) AS f
                          WHERE q.customers >= {setting ltv_min_customers}::bigint) AS f ON true
), fits AS (
    SELECT 'sbg' AS model, '{alpha,beta}'::text[] AS names, c.customers, c.parameters, c.std_errors, c.log_likelihood, c.status,
           (SELECT s.survival FROM {kpi_survival} AS s WHERE s.dimension = 'all' AND NOT s.is_thin ORDER BY s.age DESC LIMIT 1) AS observed,
           (SELECT k.survival FROM saaskpi.sbg_curve(c.parameters, (SELECT max(s.age)::integer FROM {kpi_survival} AS s WHERE s.dimension = 'all' AND NOT s.is_thin)) AS k ORDER BY k.period DESC LIMIT 1)::numeric AS expected
      FROM contracts AS c WHERE {present subscriptions}
    UNION ALL
    SELECT 'bg_nbd', '{r,alpha,a,b}', p.customers, p.parameters, p.std_errors, p.log_likelihood, p.status, (SELECT sum(m.x * m.n) FROM merged AS m),
           (SELECT sum(a.n * round(saaskpi.bg_nbd_expected(p.parameters, 0, 0, greatest(0, a.age / 20000.0 - p.parameters[2]), a.age)::numeric, 6))
              FROM (SELECT m.age, sum(m.n) AS n FROM merged AS m GROUP BY 1) AS a)
      FROM purchases AS p WHERE {present orders}
    UNION ALL
    SELECT 'gamma_gamma', '{p,q,gamma}', s.customers, s.parameters, s.std_errors, s.log_likelihood, s.status, s.mean, saaskpi.gamma_gamma_spend(s.parameters, 0, NULL)::numeric
      FROM spend AS s WHERE {present orders}
)
SELECT f.model, p.place::integer AS place, p.name AS parameter, f.parameters[p.place] AS value, f.std_errors[p.place] AS std_error, f.customers, f.log_likelihood,
       round(f.observed, 6) AS observed, CASE WHEN f.parameters IS NOT NULL THEN round(f.expected, 6) END AS expected,
       coalesce(f.status, format('fewer than %s customers', {setting ltv_min_customers})) AS status
  FROM fits AS f CROSS JOIN LATERAL unnest(f.names) WITH ORDINALITY AS p(name, place)
UNION ALL
SELECT 'simple', 1, 'churn', saaskpi_internal.rate(y.lost, y.opening)::float8, NULL, y.opening, NULL, y.lost, NULL,
       CASE WHEN y.lost > 0 THEN 'ok' WHEN y.opening > 0 THEN 'nobody left in the last 12 complete months' ELSE 'no complete month with customers among the last 12' END
  FROM year AS y WHERE {present subscriptions}
UNION ALL
SELECT 'margin', 1, 'margin', coalesce({setting ltv_margin}::numeric, c.margin, 1)::float8, NULL, NULL, NULL, NULL, NULL,
       CASE WHEN {setting ltv_margin}::numeric IS NOT NULL THEN 'ltv_margin of kpi_settings' WHEN c.margin IS NOT NULL THEN 'gross margin of the last 12 complete months'
            ELSE 'not known, all revenue counts' END
  FROM costs_of AS c
UNION ALL
SELECT q.model, 1, q.parameter, q.value, NULL, NULL, NULL, NULL, NULL, format('ltv_%s of kpi_settings', q.setting)
  FROM (VALUES ('horizon', 'months', {setting ltv_horizon_months}::float8, 'horizon_months'), ('discount', 'by_year', {setting ltv_discount}::float8, 'discount')) AS q(model, parameter, value, setting)
UNION ALL
SELECT 'returns', 1, 'kept', c.kept::float8, NULL, c.buyers, NULL, NULL, NULL, 'share of what is sold that does not come back' FROM crowd AS c WHERE {present orders}
$sql$);

-- What a unit of MRR is worth is a double: beyond its ninth decimal it differs
-- between libraries of mathematics, which would decide cents of large amounts.
INSERT INTO saaskpi_internal.relations (relation, needs, key, indexes, grain, comment, query) VALUES
('kpi_ltv', '{subscriptions|orders}', '{customer_id,basis}', '{}', 'customer and basis',
 'What each customer has brought and is expected to bring, by several methods side by side: one row per customer and basis. Choose one basis. Who is worth most to us from now on?', $sql$
WITH fit AS NOT MATERIALIZED (
    SELECT max(m.value) FILTER (WHERE m.model = 'margin')::numeric AS margin, max(m.value) FILTER (WHERE m.model = 'returns')::numeric AS kept,
           array_agg(m.value ORDER BY m.place) FILTER (WHERE m.model = 'sbg' AND m.value IS NOT NULL) AS sbg,
           array_agg(m.value ORDER BY m.place) FILTER (WHERE m.model = 'bg_nbd' AND m.value IS NOT NULL) AS bg,
           array_agg(m.value ORDER BY m.place) FILTER (WHERE m.model = 'gamma_gamma' AND m.value IS NOT NULL) AS gamma,
           max(m.customers) FILTER (WHERE m.model = 'simple')::numeric AS opening, nullif(max(m.observed) FILTER (WHERE m.model = 'simple'), 0) AS lost,
           max(m.status) FILTER (WHERE m.model = 'simple') AS simple_status, max(m.status) FILTER (WHERE m.model = 'sbg') AS sbg_status,
           max(m.status) FILTER (WHERE m.model = 'bg_nbd') AS bg_status, max(m.status) FILTER (WHERE m.model = 'gamma_gamma') AS gamma_status,
           {setting ltv_horizon_months}::integer AS months, round({setting ltv_horizon_months}::numeric * 365 / 12)::float8 AS days, {setting ltv_discount}::float8 AS discount
      FROM {kpi_ltv_models} AS m
), stays AS NOT MATERIALIZED (
    SELECT s.age, s.survival::float8 AS survival, s.customers, s.ended::float8 / nullif(s.at_risk::float8 * (s.at_risk - s.ended), 0) AS spread FROM {kpi_survival} AS s WHERE s.dimension = 'all'
), to_come AS (
    SELECT a.age, k.age - a.age AS j, k.survival / nullif(a.survival, 0) * exp((a.age - k.age) / 12.0 * ln(1 + {setting ltv_discount}::float8)) AS worth,
           exp((a.age - k.age) / 12.0 * ln(1 + {setting ltv_discount}::float8)) AS most, coalesce(k.spread, 0) AS spread
      FROM stays AS a JOIN stays AS k ON k.age BETWEEN a.age + 1 AND a.age + {setting ltv_horizon_months}::integer WHERE a.customers >= {setting ltv_min_customers}::bigint
), factors AS (
    SELECT t.age, max(t.j) AS months, sum(t.worth ORDER BY t.j) AS factor, nullif(saaskpi_internal.error_of_tails(array_agg(t.worth ORDER BY t.j), array_agg(t.spread ORDER BY t.j)), 0) AS error, sum(t.most ORDER BY t.j) AS most
      FROM to_come AS t GROUP BY t.age
), contracts AS (
    SELECT a.age, a.customers >= {setting ltv_min_customers}::bigint AS enough, x.months, f.margin, f.margin * f.opening AS simple, f.lost, f.simple_status, f.sbg_status, f.margin * round(x.factor::numeric, 9) AS survival,
           least(x.lo * f.margin, x.hi * f.margin) AS lo, greatest(x.lo * f.margin, x.hi * f.margin) AS hi,
           f.margin * round((exp(ln(1 + f.discount) / -12) * saaskpi.sbg_residual(f.sbg, a.age, exp(ln(1 + f.discount) / 12) - 1, f.months))::numeric, 9) AS contract
      FROM stays AS a CROSS JOIN fit AS f
      LEFT JOIN (SELECT q.*, CASE WHEN q.error IS NOT NULL THEN round(greatest(0, q.factor - 1.959964 * q.error)::numeric, 9) END AS lo, CASE WHEN q.error IS NOT NULL THEN round(least(q.most, q.factor + 1.959964 * q.error)::numeric, 9) END AS hi FROM factors AS q) AS x ON x.age = a.age
), silences AS (
    SELECT q.x_age, saaskpi.bg_nbd_expected(f.bg, q.x, q.recency, q.since, f.days) / saaskpi.bg_nbd_alive(f.bg, q.x, q.recency, q.since) AS purchases,
           saaskpi.bg_nbd_discounted(f.bg, q.x, q.recency, q.since, f.days, exp(ln(1 + f.discount) / 365) - 1) / saaskpi.bg_nbd_alive(f.bg, q.x, q.recency, q.since) AS worth
      FROM (SELECT d.x_age, d.x_age / 10000000 AS x, s.since, CASE WHEN d.x_age < 10000000 THEN 0 ELSE s.since END AS recency
              FROM (SELECT DISTINCT (b.order_days - 1) * 10000000 + ({as_of} - b.first_order) AS x_age FROM {kpi_buyers} AS b) AS d
             CROSS JOIN fit AS g CROSS JOIN LATERAL (SELECT greatest(d.x_age % 10000000, g.days / 20000 - g.bg[2]) AS since) AS s WHERE g.bg IS NOT NULL) AS q CROSS JOIN fit AS f OFFSET '0'
)
SELECT 'subscriptions' AS basis, v.customer_id, v.months AS tenure_months, CASE WHEN v.mrr > 0 THEN 1 ELSE 0 END::numeric AS alive, NULL::numeric AS expected_purchases, v.mrr AS amount_each,
       v.simple, v.survival, v.lo AS survival_lo, v.hi AS survival_hi, v.seen AS survival_months, v.contract, NULL::numeric AS purchases_value,
       v.realised, v.expected, CASE WHEN NOT v.mrr > 0 THEN CASE WHEN v.churned_on IS NULL THEN 'paused' ELSE 'gone' END WHEN v.contract IS NOT NULL THEN 'contract' WHEN v.survival IS NOT NULL THEN 'survival' WHEN v.simple IS NOT NULL THEN 'simple' END AS method,
       v.realised + v.expected AS ltv,
       CASE WHEN v.realised IS NULL OR v.simple IS NULL OR v.survival IS NULL OR v.contract IS NULL
            THEN concat_ws('; ', CASE WHEN v.simple IS NULL THEN 'simple: ' || v.simple_status END,
                                 CASE WHEN v.survival IS NULL THEN CASE WHEN v.enough THEN 'survival: nobody was seen for longer' ELSE format('survival: fewer than %s customers', {setting ltv_min_customers}) END END,
                                 CASE WHEN v.contract IS NULL THEN 'contract: ' || v.sbg_status END, CASE WHEN v.realised IS NULL THEN 'realised: no payments' END) END AS reason
  FROM (SELECT q.*, coalesce(q.contract, q.survival, q.simple) AS expected
          FROM (SELECT u.customer_id, u.mrr, u.churned_on, u.months, u.realised, u.enough, u.simple_status, u.sbg_status,
                       CASE WHEN u.mrr > 0 THEN round(u.mrr * u.simple / u.lost, 2) ELSE 0.00 END AS simple, CASE WHEN u.mrr > 0 THEN round(u.mrr * u.survival, 2) ELSE 0.00 END AS survival,
                       CASE WHEN u.mrr > 0 THEN round(u.mrr * u.lo, 2) END AS lo, CASE WHEN u.mrr > 0 THEN round(u.mrr * u.hi, 2) END AS hi, CASE WHEN u.mrr > 0 THEN u.seen END::bigint AS seen,
                       CASE WHEN u.mrr > 0 THEN round(u.mrr * u.contract, 2) ELSE 0.00 END AS contract
                  FROM (SELECT k.customer_id, k.mrr, k.churned_on, k.tenure::bigint AS months, round(k.revenue * c.margin, 2) AS realised, c.months AS seen, c.simple, c.lost, c.survival, c.lo, c.hi, c.contract, c.enough, c.simple_status, c.sbg_status
                          FROM (SELECT u.*, saaskpi_internal.months_of(u.first_mrr_on, coalesce(u.churned_on, {as_of})) AS tenure FROM {kpi_customers} AS u WHERE u.first_mrr_on IS NOT NULL OFFSET '0') AS k
                          LEFT JOIN contracts AS c ON c.age = k.tenure OFFSET '0') AS u OFFSET '0') AS q OFFSET '0') AS v
UNION ALL
SELECT 'orders', b.customer_id, saaskpi_internal.months_of(b.first_order, {as_of}), round(b.alive::numeric, 6), round((b.purchases * b.alive)::numeric, 4), round(b.each::numeric, 2),
       NULL, NULL, NULL, NULL, NULL, NULL, b.value, b.realised, b.value, CASE WHEN b.value IS NOT NULL THEN 'purchases' END, b.realised + b.value,
       CASE WHEN b.value IS NULL THEN nullif(concat_ws('; ', CASE WHEN b.alive IS NULL THEN 'purchases: ' || b.bg_status END, CASE WHEN b.each IS NULL THEN 'spend: ' || b.gamma_status END), '') END
  FROM (SELECT q.*, c.purchases, round((c.worth * q.alive * q.each)::numeric * q.share, 2) AS value
          FROM (SELECT k.customer_id, k.first_order, (k.order_days - 1) * 10000000 + ({as_of} - k.first_order) AS x_age, f.kept * f.margin AS share, round(k.net * f.margin, 2) AS realised, f.bg_status, f.gamma_status,
                       saaskpi.bg_nbd_alive(f.bg, k.order_days - 1, k.last_order - k.first_order, {as_of} - k.first_order) AS alive,
                       CASE WHEN k.order_days > 1 AND k.net_again > 0 THEN saaskpi.gamma_gamma_spend(f.gamma, k.order_days - 1, (k.net_again / (k.order_days - 1))::float8) ELSE saaskpi.gamma_gamma_spend(f.gamma, 0, NULL) END AS each
                  FROM {kpi_buyers} AS k CROSS JOIN fit AS f OFFSET '0') AS q
          LEFT JOIN silences AS c ON c.x_age = q.x_age OFFSET '0') AS b
$sql$),

('kpi_ltv_distribution', '{subscriptions|orders}', '{basis,place}', '{}', 'basis and range',
 'How many customers are worth how much: one row per basis and range of ltv, with rows for what is out of range and for what is not known. Choose one basis. Do a few customers carry the company?', $sql$
WITH bounds AS (
    SELECT coalesce(array_agg(n.bound ORDER BY n.bound), '{}') AS bounds, count(*)::integer AS n FROM {rows kpi_ltv_bounds} AS n
), counted AS (
    SELECT l.basis, CASE WHEN l.ltv IS NULL THEN b.n + 1 WHEN b.n = 0 THEN 0 ELSE width_bucket(l.ltv, b.bounds) END AS place, count(*) AS customers, sum(l.ltv) AS ltv
      FROM {kpi_ltv} AS l CROSS JOIN bounds AS b GROUP BY 1, 2
), ranges AS (
    SELECT q.basis, p.place, b.bounds[p.place] AS from_value, b.bounds[p.place + 1] AS to_value, b.n
      FROM (SELECT DISTINCT basis FROM counted) AS q CROSS JOIN bounds AS b CROSS JOIN LATERAL generate_series(0, b.n + 1) AS p(place)
)
SELECT r.basis, r.place, CASE WHEN r.place > r.n THEN 'not known' WHEN r.n = 0 THEN 'all' WHEN r.place = 0 THEN 'below ' || r.to_value WHEN r.place = r.n THEN r.from_value || ' and more'
                              ELSE r.from_value || ' to ' || r.to_value END AS range,
       r.from_value, r.to_value, r.place BETWEEN 1 AND r.n - 1 AS in_range, coalesce(c.customers, 0) AS customers, (sum(c.customers) OVER (PARTITION BY r.basis))::bigint AS customers_all,
       round(sum(coalesce(c.customers, 0)) OVER w / sum(c.customers) OVER (PARTITION BY r.basis), 6)
         - round((sum(coalesce(c.customers, 0)) OVER w - coalesce(c.customers, 0)) / sum(c.customers) OVER (PARTITION BY r.basis), 6) AS share,
       coalesce(c.ltv, CASE WHEN r.place <= r.n THEN 0.00 END) AS ltv
  FROM ranges AS r LEFT JOIN counted AS c ON c.basis = r.basis AND c.place = r.place
WINDOW w AS (PARTITION BY r.basis ORDER BY r.place)
$sql$);

INSERT INTO saaskpi_internal.relation_columns (relation, column_name, unit, base, expression, comment) VALUES
('kpi_ltv_models', 'model', 'text', NULL, NULL, 'sbg (shifted beta-geometric: contracts from month to month), bg_nbd (when buyers buy, and leave unseen; times in days), gamma_gamma (what they spend on a day), simple (churn by month), margin, horizon, discount, returns.'),
('kpi_ltv_models', 'place', 'number', NULL, NULL, 'Place of the parameter in the array that the functions of the model take.'),
('kpi_ltv_models', 'parameter', 'text', NULL, NULL, 'Name of the parameter.'),
('kpi_ltv_models', 'value', 'number', NULL, NULL, 'Its value; NULL where nothing could be fitted, see status.'),
('kpi_ltv_models', 'std_error', 'number', NULL, NULL, 'Standard error of the value from the curvature of the likelihood at its top, in logs of the parameters; NULL where there is no such top.'),
('kpi_ltv_models', 'customers', 'customers', NULL, NULL, 'Customers it rests on; of simple the customers at the openings of the months, added up.'),
('kpi_ltv_models', 'log_likelihood', 'number', NULL, NULL, 'Log-likelihood of the fit.'),
('kpi_ltv_models', 'observed', 'number', NULL, NULL, 'What was seen, to hold expected against: of sbg the survival at the last age that is not thin, of bg_nbd the days with a purchase after the first, of gamma_gamma the mean spend of a customer on such a day, of simple the customers lost.'),
('kpi_ltv_models', 'expected', 'number', NULL, NULL, 'What the model says of the same; far from observed it does not fit.'),
('kpi_ltv_models', 'status', 'text', NULL, NULL, 'ok, or what is the matter: too few customers, nobody left, nobody bought again, or why the parameters are not to be read one by one; of margin where it is from.'),
('kpi_ltv', 'basis', 'text', NULL, NULL, 'subscriptions (everybody who ever had MRR) or orders (everybody who ever ordered). A customer of both has a row of each.'),
('kpi_ltv', 'customer_id', 'text', NULL, NULL, 'Customer.'),
('kpi_ltv', 'tenure_months', 'months', NULL, NULL, 'Months over since her first MRR or first order, of who left up to then.'),
('kpi_ltv', 'horizon_months', 'months', NULL, $$(SELECT m.value::bigint FROM {schema}.kpi_ltv_models AS m WHERE m.model = 'horizon')$$, 'Months from as_of that are counted: ltv_horizon_months of kpi_settings.'),
('kpi_ltv', 'discount', 'ratio', NULL, $$(SELECT m.value::numeric FROM {schema}.kpi_ltv_models AS m WHERE m.model = 'discount')$$, 'Discount by year: ltv_discount of kpi_settings. A payment of the j-th month from now counts 1 / (1 + discount) ^ (j / 12).'),
('kpi_ltv', 'margin', 'ratio', NULL, $$(SELECT m.value::numeric FROM {schema}.kpi_ltv_models AS m WHERE m.model = 'margin')$$, 'Share of revenue that is value; kpi_ltv_models says where it is from.'),
('kpi_ltv', 'alive', 'ratio', NULL, NULL, 'Chance that she is still a customer: 1 or 0 with subscriptions; of buyers by BG/NBD, 1 for who bought on one day only, NULL without a fit.'),
('kpi_ltv', 'expected_purchases', 'purchases', NULL, NULL, 'Days with a purchase expected within the horizon, by BG/NBD; NULL with subscriptions and without a fit.'),
('kpi_ltv', 'amount_each', 'money', NULL, NULL, 'Her MRR, or what she is expected to spend on a day with a purchase, by Gamma-Gamma: between her own mean and that of all.'),
('kpi_ltv', 'simple', 'money', NULL, NULL, 'mrr * margin / churn, with the churn of the last 12 complete months, as if it stayed so for ever; 0 for who left, NULL when nobody did.'),
('kpi_ltv', 'survival', 'money', NULL, NULL, 'mrr * margin times the months she is expected to pay within the horizon, by kpi_survival of all from her age on, discounted; cut off where nobody was seen for longer, see survival_months.'),
('kpi_ltv', 'survival_lo', 'money', NULL, NULL, 'Lower limit of survival at 95 % by Greenwood''s variance of that sum: how well the mean of such customers is known, not what she may do. NULL when nobody left at such ages.'),
('kpi_ltv', 'survival_hi', 'money', NULL, NULL, 'Upper limit, as survival_lo.'),
('kpi_ltv', 'survival_months', 'months', NULL, NULL, 'Months of the horizon that kpi_survival covers from her age on; fewer than the horizon make survival too low. NULL for who left and where survival is.'),
('kpi_ltv', 'contract', 'money', NULL, NULL, 'The same months by the shifted beta-geometric, which goes on beyond what was seen and knows that those who stayed longest leave least; NULL without a fit.'),
('kpi_ltv', 'purchases_value', 'money', NULL, NULL, 'Purchases expected within the horizon, discounted, times amount_each, margin and the share of sales that does not come back, by BG/NBD and Gamma-Gamma; NULL with subscriptions and without a fit.'),
('kpi_ltv', 'realised', 'money', NULL, NULL, 'What she has paid or ordered so far, times margin; NULL with subscriptions without a source payments.'),
('kpi_ltv', 'expected', 'money', NULL, NULL, 'What she is expected to bring from now on: contract, else survival, else simple; of buyers purchases_value. 0 for who left.'),
('kpi_ltv', 'method', 'text', NULL, NULL, 'Which of them expected is: contract, survival, simple, purchases; gone for who left, paused for who brings nothing while she pauses; NULL when none.'),
('kpi_ltv', 'ltv', 'money', NULL, NULL, 'realised + expected; NULL when either is. Of who has paid for a year ahead the rest of that year is in both.'),
('kpi_ltv', 'reason', 'text', NULL, NULL, 'Why a method has no value, NULL when all that go with the basis have one.'),
('kpi_ltv_distribution', 'basis', 'text', NULL, NULL, 'Basis of kpi_ltv.'),
('kpi_ltv_distribution', 'place', 'number', NULL, NULL, 'Order of the ranges, 0 for what lies below the least bound.'),
('kpi_ltv_distribution', 'range', 'text', NULL, NULL, 'The range in words; not known for customers without an ltv.'),
('kpi_ltv_distribution', 'from_value', 'money', NULL, NULL, 'Least ltv of the range, NULL when it has none.'),
('kpi_ltv_distribution', 'to_value', 'money', NULL, NULL, 'Bound below which it ends, NULL when it has none.'),
('kpi_ltv_distribution', 'in_range', 'boolean', NULL, NULL, 'False for what lies below all bounds of kpi_ltv_bounds, from the greatest on, and for what is not known.'),
('kpi_ltv_distribution', 'customers', 'customers', NULL, NULL, 'Customers whose ltv lies there.'),
('kpi_ltv_distribution', 'customers_all', 'customers', NULL, NULL, 'Customers of the basis.'),
('kpi_ltv_distribution', 'share', 'ratio', 'customers_all', NULL, 'customers / customers_all, rounded so that the shares of a basis add up to 1.'),
('kpi_ltv_distribution', 'ltv', 'money', NULL, NULL, 'Their ltv added up; NULL for not known.');

INSERT INTO saaskpi_internal.identity_totals (relation, total, expression) VALUES
('kpi_ltv', 'subscribers', $$count(*) FILTER (WHERE basis = 'subscriptions')$$),
('kpi_ltv', 'ltv_of_subscribers', $$coalesce(sum(ltv) FILTER (WHERE basis = 'subscriptions'), 0)$$),
('kpi_ltv', 'buyers', $$count(*) FILTER (WHERE basis = 'orders')$$),
('kpi_ltv', 'ltv_of_buyers', $$coalesce(sum(ltv) FILTER (WHERE basis = 'orders'), 0)$$);

INSERT INTO saaskpi_internal.identities (identity, query) VALUES ('ltv_has_subscribers', $sql$
SELECT format('%s customers in kpi_ltv, %s in kpi_customers', l.n, c.n)
  FROM (SELECT {total kpi_ltv.subscribers} AS n) AS l JOIN (SELECT {total kpi_customers.subscribers} AS n) AS c ON c.n <> l.n
$sql$);

INSERT INTO saaskpi_internal.identities (identity, query) VALUES ('ltv_has_buyers', $sql$
SELECT format('%s buyers in kpi_ltv, %s in kpi_buyers', l.n, b.n)
  FROM (SELECT {total kpi_ltv.buyers} AS n) AS l JOIN (SELECT count(*) AS n FROM {kpi_buyers}) AS b ON b.n <> l.n
$sql$);

INSERT INTO saaskpi_internal.identities (identity, query) VALUES ('ltv_adds_up', $sql$
SELECT format('%s: %s customers of %s and shares of %s, kpi_ltv has %s of %s', l.basis, d.customers, d.ltv, d.share, l.n, l.ltv)
  FROM (VALUES ('subscriptions', {total kpi_ltv.subscribers}, {total kpi_ltv.ltv_of_subscribers}), ('orders', {total kpi_ltv.buyers}, {total kpi_ltv.ltv_of_buyers})) AS l(basis, n, ltv)
  LEFT JOIN (SELECT basis, sum(customers) AS customers, sum(share) AS share, coalesce(sum(ltv), 0) AS ltv FROM {kpi_ltv_distribution} GROUP BY 1) AS d USING (basis)
 WHERE coalesce(d.customers, 0) <> l.n OR d.share <> 1 OR d.ltv <> l.ltv
UNION ALL
SELECT format('%s %s: realised %s and expected %s are no ltv of %s, or alive %s', basis, customer_id, realised, expected, ltv, alive)
  FROM {kpi_ltv} WHERE realised + expected <> ltv OR alive NOT BETWEEN 0 AND 1 OR survival NOT BETWEEN survival_lo AND survival_hi
$sql$);

INSERT INTO saaskpi_internal.dictionary (name, relation, column_name, sources, formula, question, definition) VALUES
('Customer lifetime value', 'kpi_ltv', 'ltv', 'subscriptions, payments, orders, order_lines, costs, kpi_settings', 'realised + expected',
 'Who is worth most to us?',
 'What she brought so far and what she is expected to bring within the horizon, at the margin and discount beside it; the past is not discounted. LTV of kpi_margin_monthly is one number for a customer without a past, at the churn of one month. NULL with a reason when a part is not known.'),
('Expected remaining value', 'kpi_ltv', 'expected', 'subscriptions, orders, order_lines, costs, kpi_settings', 'contract, else survival, else simple; purchases_value of buyers',
 'What will this customer still bring?',
 'By the best model that could be fitted, named in method, with the others beside it; of customers under contract from month to month the shifted beta-geometric, of buyers BG/NBD times Gamma-Gamma. For the mean of customers like her. 0 for who left: a return is a surprise. NULL without any fit.'),
('Alive probability', 'kpi_ltv', 'alive', 'orders', 'chance that she has not left, given when and how often she bought',
 'Which buyers have left without a word?',
 'BG/NBD: the longer the silence in view of her own rhythm, the smaller. Who bought on one day only counts as alive, as nobody leaves there before a second purchase. NULL without a fit.'),
('Expected purchases', 'kpi_ltv', 'expected_purchases', 'orders, kpi_settings', 'days with a purchase expected within ltv_horizon_months, by BG/NBD',
 'How often will this buyer come?',
 'Days, not orders: two orders of one day are one purchase. NULL without a fit.'),
('LTV distribution', 'kpi_ltv_distribution', 'share', 'subscriptions, payments, orders, order_lines, costs, kpi_ltv_bounds', 'customers of the range / customers of the basis',
 'Do a few customers carry the company?',
 'Bounds are yours to change. Customers out of every range and those without an ltv have rows of their own, so that the shares add up to 1.');
