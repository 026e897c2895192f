-- What there may be to say.

INSERT INTO saaskpi_internal.insight_rules (rule, needs, grain, in_narrative, query, condition, sentence) VALUES
('sales', '{kpi_sales}', 'day', true, $sql$
SELECT coalesce(sum(s.net) FILTER (WHERE s.period >= {start}), 0.00) AS net, sum(s.net) FILTER (WHERE s.period < {start}) AS net_before,
       saaskpi_internal.rate(sum(s.net) FILTER (WHERE s.period >= {start}) - sum(s.net) FILTER (WHERE s.period < {start}), sum(s.net) FILTER (WHERE s.period < {start})) AS change
  FROM {schema}.kpi_sales AS s WHERE s.grain = 'day' AND s.period >= {before} AND s.period < {end} AND {before} >= (SELECT min(f.period) FROM {schema}.kpi_sales AS f WHERE f.grain = 'month')
$sql$, 'change <> 0', 'In {window:text} net sales were {net:money}, {change:change} {window_before:text}.'),
('sales_driver', '{kpi_sales_drivers}', 'month', true, $sql$
SELECT d.period, d.net - d.net_before AS change, v.driver, v.amount
  FROM {schema}.kpi_sales_drivers AS d,
       LATERAL (VALUES ('prices', d.price), ('how much was sold', d.volume), ('the mix of products', d.mix), ('new products', d.new_products), ('products sold no more', d.lost_products), ('discounts', d.discounts), ('returns', d.returns)) AS v(driver, amount)
 WHERE d.period = {start} AND {end} = ({start} + interval '1 month')::date ORDER BY v.amount * sign(d.net - d.net_before) DESC, v.driver LIMIT 1
$sql$, 'amount * change > 0', 'What moved net sales of {window:text} most was {driver:text}: {amount:signed} of {change:signed}.'),
('average_order', '{kpi_sales}', 'day', false, $sql$
SELECT q.aov, q.aov_before, saaskpi_internal.rate(q.aov - q.aov_before, q.aov_before) AS change
  FROM (SELECT round(sum(s.net) FILTER (WHERE s.period >= {start}) / nullif(sum(s.orders) FILTER (WHERE s.period >= {start}), 0), 2) AS aov,
               round(sum(s.net) FILTER (WHERE s.period < {start}) / nullif(sum(s.orders) FILTER (WHERE s.period < {start}), 0), 2) AS aov_before
          FROM {schema}.kpi_sales AS s WHERE s.grain = 'day' AND s.period >= {before} AND s.period < {end} AND {before} >= (SELECT min(f.period) FROM {schema}.kpi_sales AS f WHERE f.grain = 'month')) AS q
$sql$, 'abs(change) >= 0.05', 'An order of {window:text} was worth {aov:money} on average, {change:change} {window_before:text}.'),
('new_buyers', '{kpi_sales}', 'day', false, $sql$
SELECT q.*, saaskpi_internal.rate(q.buyers - q.buyers_before, q.buyers_before) AS change
  FROM (SELECT sum(s.new_customers) FILTER (WHERE s.period >= {start}) AS buyers, sum(s.new_customers) FILTER (WHERE s.period < {start}) AS buyers_before
          FROM {schema}.kpi_sales AS s WHERE s.grain = 'day' AND s.period >= {before} AND s.period < {end} AND {before} >= (SELECT min(f.period) FROM {schema}.kpi_sales AS f WHERE f.grain = 'month')) AS q
$sql$, 'abs(change) >= 0.1', 'First-time buyers in {window:text}: {buyers:count}, {change:change} {window_before:text}.');

INSERT INTO saaskpi_internal.insight_rules (rule, needs, grain, in_narrative, query, condition, sentence)
SELECT 'category_' || v.way, '{kpi_sales_by}', 'month', false, format($sql$
SELECT q.value, q.net, q.net_before, q.net - q.net_before AS change
  FROM (SELECT b.value, coalesce(sum(b.net) FILTER (WHERE b.period >= {start}), 0.00) AS net, coalesce(sum(b.net) FILTER (WHERE b.period < {start}), 0.00) AS net_before
          FROM {schema}.kpi_sales_by AS b WHERE b.grain = 'month' AND b.dimension = 'category' AND b.period >= {before} AND b.period < {end} GROUP BY b.value) AS q
 WHERE {before} >= (SELECT min(f.period) FROM {schema}.kpi_sales_by AS f WHERE f.grain = 'month') ORDER BY q.net - q.net_before %s, q.value COLLATE "C" LIMIT 1
$sql$, v.sort), v.condition, v.sentence FROM (VALUES (1, 'up', 'DESC', 'change > 0', 'Of the categories {value:text} gained most: {net:money} in {window:text} after {net_before:money}.'), (2, 'down', 'ASC', 'change < 0', 'Of the categories {value:text} lost most: {net:money} in {window:text} after {net_before:money}.')) AS v(i, way, sort, condition, sentence) ORDER BY v.i;

INSERT INTO saaskpi_internal.insight_rules (rule, needs, grain, in_narrative, query, condition, sentence) VALUES
('mrr', '{kpi_mrr_monthly}', 'month', true, $sql$
SELECT q.*, q.closing - q.opening AS net_new, saaskpi_internal.rate(q.closing - q.opening, q.opening) AS change
  FROM (SELECT sum(m.opening) FILTER (WHERE m.period = {start}) AS opening, sum(m.closing) FILTER (WHERE m.period = ({end} - interval '1 month')::date) AS closing,
               sum(m.new + m.expansion + m.reactivation) AS gained, sum(m.churn + m.contraction) AS lost
          FROM {schema}.kpi_mrr_monthly AS m WHERE m.period >= {start} AND m.period < {end}) AS q
$sql$, 'net_new <> 0 AND change IS NOT NULL', 'MRR went from {opening:money} to {closing:money} in {window:text}: {gained:money} was won and {lost:money} lost.'),
('mrr_pauses', '{kpi_mrr_monthly}', 'month', true, $sql$
SELECT sum(m.pause) AS pause, sum(m.resume) AS resume, sum(m.customers_paused) AS paused, sum(m.customers_resumed) AS resumed
  FROM {schema}.kpi_mrr_monthly AS m WHERE m.period >= {start} AND m.period < {end}
$sql$, 'pause + resume > 0', 'Of MRR {pause:money} was paused in {window:text} and {resume:money} came back from pauses, which is neither lost nor won; customers who came to rest: {paused:count}, back from it: {resumed:count}.'),
('mrr_rates', '{kpi_mrr_monthly}', 'month', true, $sql$
SELECT sum(m.fx) AS fx
  FROM {schema}.kpi_mrr_monthly AS m WHERE m.period >= {start} AND m.period < {end}
$sql$, 'fx <> 0', 'Exchange rates alone moved MRR by {fx:signed} in {window:text}, which is neither won nor lost.'),
('mrr_shrinks', '{kpi_mrr_monthly}', 'month', false, $sql$
SELECT sum(m.new + m.expansion + m.reactivation) AS gained, sum(m.churn + m.contraction) AS lost, saaskpi_internal.rate(sum(m.new + m.expansion + m.reactivation), sum(m.churn + m.contraction)) AS quick_ratio
  FROM {schema}.kpi_mrr_monthly AS m WHERE m.period >= {start} AND m.period < {end}
$sql$, 'lost > gained', 'More MRR was lost than won in {window:text}: for each 1 lost {quick_ratio:number} was won.'),
('restated', '{kpi_restatements}', 'month', true, $sql$
SELECT q.period, sum(q.amount) AS amount, count(*) FILTER (WHERE q.amount <> 0) AS customers, CASE count(*) FILTER (WHERE q.amount <> 0) WHEN 1 THEN 'customer' ELSE 'customers' END AS who,
       (SELECT x.cause FROM {schema}.kpi_restatements AS x WHERE x.measure = 'closing' AND x.period = q.period GROUP BY x.cause ORDER BY sum(abs(x.amount)) DESC, x.cause COLLATE "C" LIMIT 1) AS cause
  FROM (SELECT r.period, r.customer_id, sum(r.amount) AS amount FROM {schema}.kpi_restatements AS r WHERE r.measure = 'closing' AND r.period = ({end} - interval '1 month')::date GROUP BY r.period, r.customer_id) AS q GROUP BY q.period
$sql$, 'amount <> 0', 'MRR at the end of {period:month} has changed by {amount:signed} since it was first told, over {customers:count} {who:text} and mostly by this cause: {cause:text}.'),
('customers', '{kpi_mrr_monthly}', 'month', true, $sql$
SELECT sum(m.customers_new) AS new, sum(m.customers_reactivated) AS reactivated, sum(m.customers_churned) AS churned, sum(m.customers_closing) FILTER (WHERE m.period = ({end} - interval '1 month')::date) AS closing
  FROM {schema}.kpi_mrr_monthly AS m WHERE m.period >= {start} AND m.period < {end}
$sql$, 'new + reactivated + churned > 0', 'Customers in {window:text}: {new:count} new, {reactivated:count} back, {churned:count} gone, {closing:count} at its end.'),
('largest_loss', '{kpi_mrr_movements}', 'month', false, $sql$
SELECT v.customer_id, v.happened_on, v.amount
  FROM {schema}.kpi_mrr_movements AS v WHERE v.movement = 'churn' AND v.period >= {start} AND v.period < {end} ORDER BY v.amount DESC, v.happened_on, v.customer_id COLLATE "C" LIMIT 1
$sql$, 'amount > 0', 'The largest customer who left in {window:text} is {customer_id:text}, with {amount:money} of MRR, on {happened_on:day}.'),
('retention_12m', '{kpi_mrr_monthly}', 'month', true, $sql$
SELECT m.period, m.nrr_12m, m.grr_12m FROM {schema}.kpi_mrr_monthly AS m WHERE m.period = ({end} - interval '1 month')::date
$sql$, 'nrr_12m <> 1', 'At the end of {period:month} the customers of a year before paid {nrr_12m:percent} of what they paid then, expansion left out {grr_12m:percent}.'),
('collected', '{kpi_revenue_monthly}', 'month', true, $sql$
SELECT sum(r.collected) FILTER (WHERE r.period >= {start}) AS collected, sum(r.collected) FILTER (WHERE r.period < {start}) AS collected_before,
       saaskpi_internal.rate(sum(r.collected) FILTER (WHERE r.period >= {start}) - sum(r.collected) FILTER (WHERE r.period < {start}), sum(r.collected) FILTER (WHERE r.period < {start})) AS change
  FROM {schema}.kpi_revenue_monthly AS r WHERE r.period >= {before} AND r.period < {end} HAVING min(r.period) = {before}
$sql$, 'change <> 0', 'Payments brought {collected:money} in {window:text}, {change:change} {window_before:text}.'),
('failed_payments', '{kpi_revenue_monthly}', 'month', false, $sql$
SELECT q.failed, q.attempts, saaskpi_internal.rate(q.failed, q.attempts) AS rate, saaskpi_internal.rate(q.failed_before, q.attempts_before) AS rate_before
  FROM (SELECT sum(r.failed_payments) FILTER (WHERE r.period >= {start}) AS failed, sum(r.payments + r.failed_payments) FILTER (WHERE r.period >= {start}) AS attempts,
               sum(r.failed_payments) FILTER (WHERE r.period < {start}) AS failed_before, sum(r.payments + r.failed_payments) FILTER (WHERE r.period < {start}) AS attempts_before
          FROM {schema}.kpi_revenue_monthly AS r WHERE r.period >= {before} AND r.period < {end} HAVING min(r.period) = {before}) AS q
$sql$, 'rate - rate_before >= 0.01', 'More charges fail: {failed:count} of {attempts:count} in {window:text}, which is {rate:percent} after {rate_before:percent}.'),
('margin', '{kpi_margin_monthly}', 'month', false, $sql$
SELECT q.margin, q.margin_before, q.margin - q.margin_before AS change
  FROM (SELECT saaskpi_internal.rate(sum(g.gross_profit) FILTER (WHERE g.period >= {start}), sum(g.revenue) FILTER (WHERE g.period >= {start} AND g.gross_profit IS NOT NULL)) AS margin,
               saaskpi_internal.rate(sum(g.gross_profit) FILTER (WHERE g.period < {start}), sum(g.revenue) FILTER (WHERE g.period < {start} AND g.gross_profit IS NOT NULL)) AS margin_before
          FROM {schema}.kpi_margin_monthly AS g WHERE g.period >= {before} AND g.period < {end} HAVING min(g.period) = {before} AND count(g.gross_profit) = count(*)) AS q
$sql$, 'abs(change) >= 0.01', 'The gross margin of {window:text} was {margin:percent}, {change:points} {window_before:text}.'),
('ltv_to_cac', '{kpi_margin_monthly}', 'month', false, $sql$
SELECT g.period, g.ltv, g.cac, g.ltv_to_cac FROM {schema}.kpi_margin_monthly AS g WHERE g.period = ({end} - interval '1 month')::date
$sql$, 'ltv_to_cac < 3', 'A new customer of {period:month} brings {ltv_to_cac:number} times what she costs; 3 is a common yardstick.'),
('youngest_cohort', '{kpi_cohort_retention}', 'as_of', false, $sql$
WITH c AS (
    SELECT c.cohort, c.customers, c.retained, c.rate, c.cohort = max(c.cohort) OVER () AS is_youngest
      FROM {schema}.kpi_cohort_retention AS c
     WHERE c.basis = (SELECT min(b.basis) FROM {schema}.kpi_cohort_retention AS b WHERE b.basis IN ('mrr', 'payment')) AND c.age = 1 AND c.is_mature
)
SELECT max(c.cohort) AS cohort, sum(c.customers) FILTER (WHERE c.is_youngest) AS customers, max(c.rate) FILTER (WHERE c.is_youngest) AS rate,
       saaskpi_internal.rate(sum(c.retained) FILTER (WHERE NOT c.is_youngest), sum(c.customers) FILTER (WHERE NOT c.is_youngest)) AS rate_before FROM c
$sql$, 'customers >= 10 AND abs(rate - rate_before) >= 0.05', 'Of {customers:count} customers who began in {cohort:month} {rate:percent} were active a month later; of those who began before {rate_before:percent} were.'),
('active_customers', '{kpi_activity}', 'month', false, $sql$
SELECT a.period, a.active, b.active AS active_before, saaskpi_internal.rate(a.active - b.active, b.active) AS change, b.period AS period_before
  FROM {schema}.kpi_activity AS a JOIN {schema}.kpi_activity AS b ON b.grain = 'month' AND b.period = (a.period - interval '1 month')::date
 WHERE a.grain = 'month' AND a.period = ({end} - interval '1 month')::date
$sql$, 'abs(change) >= 0.05', 'Customers who used the product in {period:month}: {active:count}, {change:change} {period_before:month}.'),
('anomaly', '{kpi_anomalies}', 'month', true, $sql$
SELECT CASE a.metric WHEN 'mrr' THEN 'MRR' WHEN 'collected' THEN 'Collected revenue' WHEN 'net_sales' THEN 'Net sales' WHEN 'orders' THEN 'The number of orders' WHEN 'active_customers' THEN 'The number of active customers' ELSE a.metric END AS what,
       a.metric, a.period, a.kind, a.value, a.expected, a.score
  FROM {schema}.kpi_anomalies AS a WHERE a.is_alarm AND a.period >= {start} AND a.period < {end} ORDER BY a.score DESC, a.metric, a.period
$sql$, 'true', '{what:text} of {period:month} stands out ({kind:text}): {value:amount} where {expected:amount} was to be expected.'),
('forecast', '{kpi_forecast_monthly,kpi_series}', 'as_of', true, $sql$
SELECT f.metric, CASE f.metric WHEN 'collected' THEN 'payments' ELSE replace(f.metric, '_', ' ') END AS what, min(f.period) FILTER (WHERE f.row_type = 'forecast') AS first_period, max(f.period) AS last_period, sum(f.point) AS point, sum(f.actual) AS actual, saaskpi_internal.rate(sum(f.point) - sum(f.actual), sum(f.actual)) AS change
  FROM {schema}.kpi_forecast_monthly AS f JOIN {schema}.kpi_series AS s ON s.metric = f.metric AND s.dimension = f.dimension AND s.value = f.value
 WHERE f.metric = {metric} AND f.metric <> 'mrr' AND f.dimension = 'all' AND f.period > s.last_period - interval '6 months' GROUP BY f.metric
HAVING count(f.actual) = count(f.point) AND bool_and(f.status = 'ok') FILTER (WHERE f.row_type = 'forecast')
$sql$, 'change IS NOT NULL', 'From {first_period:month} to {last_period:month} {what:text} of {point:money} are to be expected, {change:change} the six months before.'),
('forecast_mrr', '{kpi_forecast_monthly,kpi_mrr_monthly}', 'as_of', false, $sql$
SELECT f.period, f.point, f.lo80, f.hi80 FROM {schema}.kpi_forecast_monthly AS f WHERE f.metric = 'mrr' AND f.dimension = 'all' AND f.row_type = 'forecast' AND f.status = 'ok' ORDER BY f.period DESC LIMIT 1
$sql$, 'lo80 < hi80', 'In {period:month} MRR is expected to be {point:money}, and with a chance of 80 % between {lo80:money} and {hi80:money}.'),
('pipeline', '{kpi_pipeline_monthly}', 'month', true, $sql$
SELECT sum(m.opening) FILTER (WHERE m.period = {start}) AS opening, sum(m.closing) FILTER (WHERE m.period = ({end} - interval '1 month')::date) AS closing, sum(m.created) AS created, sum(m.won) AS won, sum(m.lost) AS lost
  FROM {schema}.kpi_pipeline_monthly AS m WHERE m.period >= {start} AND m.period < {end}
$sql$, 'created + won + lost > 0', 'The pipeline stood at {closing:money} at the end of {window:text}; {created:money} was added, {won:money} won and {lost:money} lost.'),
('win_rate', '{kpi_pipeline_kpis}', 'month', false, $sql$
SELECT q.closed, q.closed_before, saaskpi_internal.rate(q.won, q.closed) AS win_rate, saaskpi_internal.rate(q.won, q.closed) - saaskpi_internal.rate(q.won_before, q.closed_before) AS change
  FROM (SELECT sum(k.won) FILTER (WHERE k.period >= {start}) AS won, sum(k.closed) FILTER (WHERE k.period >= {start}) AS closed, sum(k.won) FILTER (WHERE k.period < {start}) AS won_before, sum(k.closed) FILTER (WHERE k.period < {start}) AS closed_before
          FROM {schema}.kpi_pipeline_kpis AS k WHERE k.grain = 'month' AND k.period >= {before} AND k.period < {end} HAVING min(k.period) = {before}) AS q
$sql$, 'abs(change) >= 0.05 AND least(closed, closed_before) >= 10', 'Of the deals that closed in {window:text} {win_rate:percent} were won, {change:points} {window_before:text}.'),
('quota', '{kpi_quota}', 'month', false, $sql$
SELECT count(*) AS reps, count(*) FILTER (WHERE q.won >= q.quota) AS reached, (array_agg(q.name ORDER BY q.attainment DESC, q.name COLLATE "C"))[1] AS best, max(q.attainment) AS attainment
  FROM (SELECT max(k.name) AS name, sum(k.won) AS won, sum(k.quota) AS quota, saaskpi_internal.rate(sum(k.won), sum(k.quota)) AS attainment
          FROM {schema}.kpi_quota AS k WHERE k.period >= {start} AND k.period < {end} AND k.quota > 0 GROUP BY k.sales_rep_id) AS q
$sql$, 'attainment > 0', 'Of {reps:count} sales reps with a quota {reached:count} reached it in {window:text}; first is {best:text} with {attainment:percent}.'),
('overdue_deals', '{kpi_opportunities}', 'as_of', false, $sql$
SELECT count(*) AS deals, sum(o.amount) AS amount FROM {schema}.kpi_opportunities AS o WHERE o.is_overdue
$sql$, 'deals > 0', 'Open deals past the day on which they were expected to close: {deals:count}, worth {amount:money}.'),
('segment_switches', '{kpi_segment_moves}', 'as_of', false, $sql$
SELECT m.snapshot, max(m.before) AS before, max(m.customers_both) AS customers, max(m.switch_rate) AS switch_rate
  FROM {schema}.kpi_segment_moves AS m WHERE m.snapshot = (SELECT max(l.snapshot) FROM {schema}.kpi_segment_moves AS l WHERE l.snapshot <= {snapshot}) GROUP BY m.snapshot
$sql$, 'switch_rate > 0', 'From {before:day} to {snapshot:day} {switch_rate:percent} of {customers:count} buyers changed their segment.'),
('group_moves', '{kpi_segments}', 'as_of', false, $sql$
SELECT s.cluster, s.segment, s.customers, s.customers_before, s.change FROM {schema}.kpi_segments AS s WHERE {snapshot} >= {as_of} ORDER BY abs(s.change) DESC NULLS LAST, s.cluster LIMIT 1
$sql$, 'change <> 0', 'Of the groups of customers {segment:text} has changed most since the end of the last month: {customers:count} after {customers_before:count}.'),
('churn_risk', '{kpi_churn_trend}', 'as_of', true, $sql$
SELECT t.snapshot, t.customers, t.flagged, t.revenue_at_risk, t.expected_loss FROM {schema}.kpi_churn_trend AS t WHERE t.snapshot <= {snapshot} ORDER BY t.snapshot DESC LIMIT 1
$sql$, 'flagged > 0', 'As of {snapshot:day} {flagged:count} of {customers:count} customers are flagged as likely to leave; revenue at risk is {revenue_at_risk:money}, the expected loss {expected_loss:money}.'),
('churn_risk_moves', '{kpi_churn_trend}', 'as_of', false, $sql$
SELECT q.snapshot, q.probability, q.snapshot_before, q.probability_before, q.probability - q.probability_before AS change
  FROM (SELECT t.snapshot, t.mean_probability AS probability, lag(t.snapshot) OVER w AS snapshot_before, lag(t.mean_probability) OVER w AS probability_before FROM {schema}.kpi_churn_trend AS t WHERE t.snapshot <= {snapshot} WINDOW w AS (ORDER BY t.snapshot)) AS q
 ORDER BY q.snapshot DESC LIMIT 1
$sql$, 'abs(change) >= 0.01', 'The mean probability to leave was {probability:percent} on {snapshot:day}, after {probability_before:percent} on {snapshot_before:day}.'),
('churn_drift', '{kpi_churn_trend}', 'as_of', false, $sql$
SELECT t.snapshot, t.score_drift FROM {schema}.kpi_churn_trend AS t WHERE t.snapshot <= {snapshot} ORDER BY t.snapshot DESC LIMIT 1
$sql$, 'score_drift > 0.25', 'Customers are others than those that the churn model knows (drift {score_drift:number}); it should be trained again.'),
('action_coverage', '{kpi_action_coverage}', 'as_of', true, $sql$
SELECT c.at_risk, c.at_risk_listed, c.coverage FROM {schema}.kpi_action_coverage AS c WHERE c.priority = '(all)' AND {snapshot} >= {as_of}
$sql$, 'at_risk > 0', 'The list of actions reaches {at_risk_listed:count} of {at_risk:count} flagged customers, {coverage:percent}.');
