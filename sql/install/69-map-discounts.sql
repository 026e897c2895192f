-- What several discounts make of one price: from when until when how much is
-- off.

-- discounts are taken off in their order, each of what those before leave:
-- [{"percent": 10, "amount": null, "from": null, "until": null}].  One that is
-- given once, or no longer than a single bill lasts, makes a step only where
-- nothing else is off.  Of one that cannot be read nobody knows what it takes
-- off: percent is NaN.
CREATE FUNCTION saaskpi_internal.discount_steps(price numeric, interval_unit text, interval_count numeric, discounts jsonb)
RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    span record;
    steps jsonb := '[]';
    left_over numeric;
    factor numeric;
    amount_off numeric;
    part numeric;
    i integer;
BEGIN
    IF discounts IS NULL THEN
        RETURN NULL;
    END IF;
    FOR span IN
        WITH given AS (
            SELECT g.*, g.once IS TRUE OR ((g.until AT TIME ZONE 'UTC')::date
                        <= saaskpi_internal.billed_until((coalesce(g.since, g.until - g.lasts) AT TIME ZONE 'UTC')::date, interval_unit, interval_count)) IS TRUE AS single
              FROM ROWS FROM (jsonb_to_recordset(discounts) AS ("from" timestamptz, until timestamptz, percent numeric, amount numeric, once boolean, lasts interval, unknown boolean))
                   WITH ORDINALITY AS g(since, until, percent, amount, once, lasts, unknown, place)
             WHERE (g.until <= g.since) IS NOT TRUE AND (coalesce(g.percent, g.amount) <= 0 AND g.unknown IS NOT TRUE) IS NOT TRUE),
        taken AS (
            SELECT CASE WHEN NOT g.single THEN g.since END AS since, CASE WHEN NOT g.single THEN g.until END AS until, g.percent, g.amount, g.place, g.single,
                   g.unknown IS TRUE OR coalesce(g.percent, g.amount) IS NULL AS unknown, g.until AS said
              FROM given AS g WHERE g.single = (SELECT bool_and(h.single) FROM given AS h)),
        edges AS (
            SELECT e.since, lead(e.since) OVER (ORDER BY e.since NULLS FIRST) AS until
              FROM (SELECT NULL::timestamptz AS since UNION SELECT t.since FROM taken AS t UNION SELECT t.until FROM taken AS t) AS e)
        SELECT e.since, CASE WHEN bool_and(t.single) THEN max(t.said) ELSE e.until END AS until, bool_and(t.single) AS once, bool_or(t.unknown) AS unknown,
               array_agg(CASE WHEN NOT t.unknown THEN t.percent END ORDER BY t.place) AS percents, array_agg(CASE WHEN NOT t.unknown THEN t.amount END ORDER BY t.place) AS amounts
          FROM edges AS e JOIN taken AS t ON (t.since IS NULL OR t.since <= e.since) AND (t.until IS NULL OR t.until >= e.until)
         GROUP BY e.since, e.until ORDER BY e.since NULLS FIRST
    LOOP
        left_over := price;
        factor := 1;
        amount_off := 0;
        FOR i IN 1 .. cardinality(span.amounts) LOOP
            IF span.amounts[i] IS NOT NULL THEN
                part := least(span.amounts[i], left_over);
                amount_off := amount_off + part;
            ELSE
                part := left_over * least(coalesce(span.percents[i], 0), 100) / 100;
                IF amount_off > 0 THEN
                    amount_off := amount_off + part;
                ELSE
                    factor := factor * (1 - least(coalesce(span.percents[i], 0), 100) / 100);
                END IF;
            END IF;
            left_over := left_over - part;
        END LOOP;
        IF span.unknown THEN
            amount_off := price - left_over;
        END IF;
        steps := steps || jsonb_build_object(
            'from', (to_jsonb(span.since AT TIME ZONE 'UTC') #>> '{}') || 'Z', 'until', (to_jsonb(span.until AT TIME ZONE 'UTC') #>> '{}') || 'Z', 'once', span.once,
            'percent', CASE WHEN span.unknown THEN to_jsonb('NaN'::text) WHEN factor < 1 THEN to_jsonb(trim_scale(round(100 - 100 * factor, 6))) END,
            'amount', nullif(round(amount_off, 4), 0),
            'price', round(saaskpi.monthly_price(price, interval_unit, interval_count::integer)
                           - least(saaskpi.monthly_price(price, interval_unit, interval_count::integer), coalesce(saaskpi.monthly_price(price - left_over, interval_unit, interval_count::integer), 0)), 4));
    END LOOP;
    RETURN nullif(steps, '[]');
END
$$;
COMMENT ON FUNCTION saaskpi_internal.discount_steps(numeric, text, numeric, jsonb) IS
    'what is off a price per bill from when until when, in order, and the price of a month that is left; of several discounts each is off of what those before leave; null when nothing is off';
