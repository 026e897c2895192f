-- Two periods side by side, one that still runs with as much of the other.

CREATE FUNCTION saaskpi.compare_periods(schema_name name, grain text DEFAULT 'month', period date DEFAULT NULL, compared_with date DEFAULT NULL, same_days boolean DEFAULT true)
RETURNS TABLE (measure text, first_day date, last_day date, value numeric, compared_from date, compared_to date, compared_value numeric, change numeric, change_rate numeric)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    last date;
    week_start text;
    a date[];
    b date[];
    n integer;
BEGIN
    IF grain IS NULL OR same_days IS NULL THEN
        RAISE EXCEPTION 'grain and same_days must not be null' USING ERRCODE = 'null_value_not_allowed';
    ELSIF grain NOT IN ('day', 'week', 'month', 'quarter', 'year') THEN
        RAISE EXCEPTION 'unknown grain "%"', grain USING ERRCODE = 'invalid_parameter_value', HINT = 'Grains are day, week, month, quarter and year.';
    ELSIF period NOT BETWEEN '0002-01-01' AND '9998-12-31' OR compared_with NOT BETWEEN '0002-01-01' AND '9998-12-31' THEN
        RAISE EXCEPTION 'periods must lie in years 2 to 9998, not %', concat_ws(' and ', period, compared_with) USING ERRCODE = 'invalid_parameter_value';
    END IF;
    PERFORM saaskpi_internal.require_relation(schema_name, 'kpi_orders');
    EXECUTE format('SELECT s.effective_as_of, s.week_start FROM %I.kpi_settings AS s', schema_name) INTO last, week_start;
    a[1] := saaskpi_internal.period_of(coalesce(period, last), grain, week_start);
    b[1] := saaskpi_internal.period_of(coalesce(compared_with, a[1] - 1), grain, week_start);
    a[2] := saaskpi_internal.period_after(a[1], grain) - 1;
    b[2] := saaskpi_internal.period_after(b[1], grain) - 1;
    IF same_days THEN
        -- days of the one that still runs, or of both; the day of as_of is not over
        n := least(CASE WHEN last <= a[2] THEN greatest(last - a[1], 0) END, CASE WHEN last <= b[2] THEN greatest(last - b[1], 0) END);
        IF n IS NOT NULL THEN
            a[2] := least(a[2], a[1] + n - 1);
            b[2] := least(b[2], b[1] + n - 1);
        END IF;
    END IF;
    a[2] := least(a[2], greatest(last, a[1] - 1));
    b[2] := least(b[2], greatest(last, b[1] - 1));
    RETURN QUERY EXECUTE format($sql$
        WITH sums AS (
            SELECT w.which, sum(o.gross) AS gross, sum(o.discounts) AS discounts, sum(o.returns) AS returns, sum(o.net) AS net, count(o.order_id) FILTER (WHERE NOT o.is_return) AS orders,
                   sum(o.units) AS units, count(DISTINCT o.customer_id) FILTER (WHERE NOT o.is_return) AS customers
              FROM (VALUES (1, $1[1], $1[2]), (2, $2[1], $2[2])) AS w(which, first, last) LEFT JOIN %1$I.kpi_orders AS o ON o.status = 'counts' AND o.ordered_on BETWEEN w.first AND w.last GROUP BY w.which
        ), news AS (
            SELECT count(*) FILTER (WHERE n.first BETWEEN $1[1] AND $1[2]) AS a, count(*) FILTER (WHERE n.first BETWEEN $2[1] AND $2[2]) AS b
              FROM (SELECT min(o.ordered_on) AS first FROM %1$I.kpi_orders AS o WHERE o.status = 'counts' AND NOT o.is_return AND o.customer_id IS NOT NULL GROUP BY o.customer_id) AS n
        ), money AS (
            SELECT CASE WHEN count(o.net) > 0 THEN 0.00 END AS none FROM (SELECT k.net FROM %1$I.kpi_orders AS k WHERE k.net IS NOT NULL LIMIT 1) AS o
        )
        SELECT m.measure, $1[1], nullif($1[2], $1[1] - 1), m.a, $2[1], nullif($2[2], $2[1] - 1), m.b, m.a - m.b, saaskpi_internal.rate(m.a - m.b, m.b)
          FROM sums AS a, sums AS b, news, money,
               LATERAL (VALUES (1, 'net', coalesce(a.net, money.none), coalesce(b.net, money.none)), (2, 'gross', coalesce(a.gross, money.none), coalesce(b.gross, money.none)),
                               (3, 'discounts', coalesce(a.discounts, money.none), coalesce(b.discounts, money.none)), (4, 'returns', coalesce(a.returns, money.none), coalesce(b.returns, money.none)),
                               (5, 'orders', a.orders, b.orders), (6, 'units', coalesce(a.units, trunc(money.none)), coalesce(b.units, trunc(money.none))),
                               (7, 'customers', a.customers, b.customers), (8, 'new_customers', news.a, news.b),
                               (9, 'aov', round(a.net / nullif(a.orders, 0), 2), round(b.net / nullif(b.orders, 0), 2))) AS m(place, measure, a, b)
         WHERE a.which = 1 AND b.which = 2 ORDER BY m.place$sql$, schema_name) USING a, b;
END
$$;
COMMENT ON FUNCTION saaskpi.compare_periods(name, text, date, date, boolean) IS
    'sales of the day, week, month, quarter or year that a day lies in (default: as_of) beside those of another (default: the one before): one row per measure, with the days that are counted. Of a period that still runs the days that are over are compared with as many of the other, or all that is known with all of it when same_days is false; last_day and compared_to are null where no day counts. change_rate is null unless the other is above 0';
