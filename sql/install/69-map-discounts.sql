-- What several discounts make of one price: from when until when how much is
-- off.

-- Percentages that come before all amounts stay one; what comes after an amount
-- is an amount as well.
CREATE FUNCTION saaskpi_internal.discount_step(price numeric, interval_unit text, interval_count numeric, since timestamptz, until timestamptz, once boolean, percents numeric[], amounts numeric[], unknown boolean)
RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    monthly constant numeric := saaskpi.monthly_price(price, interval_unit, interval_count::integer);
    left_over numeric := price;
    factor numeric := 1;
    amount_off numeric := 0;
    part numeric;
BEGIN
    FOR i IN 1 .. cardinality(amounts) LOOP
        IF amounts[i] IS NOT NULL THEN
            part := least(amounts[i], left_over);
            amount_off := amount_off + part;
        ELSE
            part := left_over * least(coalesce(percents[i], 0), 100) / 100;
            IF amount_off > 0 THEN
                amount_off := amount_off + part;
            ELSE
                factor := factor * (1 - least(coalesce(percents[i], 0), 100) / 100);
            END IF;
        END IF;
        left_over := left_over - part;
    END LOOP;
    RETURN jsonb_build_object(
        'from', (to_jsonb(since AT TIME ZONE 'UTC') #>> '{}') || 'Z', 'until', (to_jsonb(until AT TIME ZONE 'UTC') #>> '{}') || 'Z', 'once', once,
        'percent', CASE WHEN unknown THEN to_jsonb('NaN'::text) WHEN factor < 1 THEN to_jsonb(trim_scale(round(100 - 100 * factor, 6))) END,
        'amount', nullif(round(CASE WHEN unknown THEN price - left_over ELSE amount_off END, 4), 0),
        'price', round(monthly - least(monthly, coalesce(saaskpi.monthly_price(price - left_over, interval_unit, interval_count::integer), 0)), 4));
END
$$;
COMMENT ON FUNCTION saaskpi_internal.discount_step(numeric, text, numeric, timestamptz, timestamptz, boolean, numeric[], numeric[], boolean) IS
    'what discounts that are given at the same time, in their order, take off a price per bill: percent, NaN when that of any is unknown, amount, and the price of a month that is left';

CREATE FUNCTION saaskpi_internal.one_bill(since timestamptz, until timestamptz, interval_unit text, interval_count numeric)
RETURNS boolean
LANGUAGE sql STABLE
RETURN ((until AT TIME ZONE 'UTC')::date <= saaskpi_internal.billed_until((since AT TIME ZONE 'UTC')::date, interval_unit, interval_count)) IS TRUE;
COMMENT ON FUNCTION saaskpi_internal.one_bill(timestamptz, timestamptz, text, numeric) IS 'whether a time is no longer than the interval of a bill';

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
    one jsonb;
    percent numeric;
    amount numeric;
    since timestamptz;
    until timestamptz;
    unknown boolean;
BEGIN
    IF discounts IS NULL THEN
        RETURN NULL;
    ELSIF jsonb_array_length(discounts) > 1 THEN
        RETURN (
        WITH given AS (
            SELECT g.*, g.once IS TRUE OR saaskpi_internal.one_bill(coalesce(g.since, g.until - g.lasts), g.until, interval_unit, interval_count) AS single
              FROM ROWS FROM (jsonb_to_recordset(discounts) AS ("from" timestamptz, until timestamptz, percent numeric, amount numeric, once boolean, lasts interval, unknown boolean))
                   WITH ORDINALITY AS g(since, until, percent, amount, once, lasts, unknown, place)
             WHERE (g.until <= g.since) IS NOT TRUE AND (coalesce(g.percent, g.amount) <= 0 AND g.unknown IS NOT TRUE) IS NOT TRUE),
        taken AS (
            SELECT CASE WHEN NOT g.single THEN g.since END AS since, CASE WHEN NOT g.single THEN g.until END AS until, g.single, g.place, u.unknown, g.until AS said,
                   CASE WHEN NOT u.unknown THEN g.percent END AS percent, CASE WHEN NOT u.unknown THEN g.amount END AS amount
              FROM given AS g CROSS JOIN LATERAL (SELECT g.unknown IS TRUE OR coalesce(g.percent, g.amount) IS NULL AS unknown) AS u
             WHERE g.single = (SELECT bool_and(h.single) FROM given AS h)),
        edges AS (
            SELECT e.since, lead(e.since) OVER (ORDER BY e.since NULLS FIRST) AS until
              FROM (SELECT NULL::timestamptz AS since UNION SELECT t.since FROM taken AS t UNION SELECT t.until FROM taken AS t) AS e),
        step AS (
            SELECT e.since, CASE WHEN bool_and(t.single) THEN max(t.said) ELSE e.until END AS until, bool_and(t.single) AS once, bool_or(t.unknown) AS unknown,
                   array_agg(t.percent ORDER BY t.place) AS percents, array_agg(t.amount ORDER BY t.place) AS amounts
              FROM edges AS e JOIN taken AS t ON (t.since IS NULL OR t.since <= e.since) AND (t.until IS NULL OR t.until >= e.until)
             GROUP BY e.since, e.until)
        SELECT jsonb_agg(saaskpi_internal.discount_step(price, interval_unit, interval_count, s.since, s.until, s.once, s.percents, s.amounts, s.unknown) ORDER BY s.since NULLS FIRST) FROM step AS s);
    END IF;
    one := discounts -> 0;
    percent := one ->> 'percent';
    amount := one ->> 'amount';
    since := one ->> 'from';
    until := one ->> 'until';
    unknown := coalesce((one ->> 'unknown')::boolean, false) OR coalesce(percent, amount) IS NULL;
    IF until <= since OR coalesce(percent, amount) <= 0 AND NOT unknown THEN
        RETURN NULL;
    ELSIF unknown THEN
        percent := NULL;
        amount := NULL;
    END IF;
    IF coalesce((one ->> 'once')::boolean, false) OR saaskpi_internal.one_bill(coalesce(since, until - (one ->> 'lasts')::interval), until, interval_unit, interval_count) THEN
        RETURN jsonb_build_array(saaskpi_internal.discount_step(price, interval_unit, interval_count, NULL, until, true, ARRAY[percent], ARRAY[amount], unknown));
    END IF;
    RETURN jsonb_build_array(saaskpi_internal.discount_step(price, interval_unit, interval_count, since, until, false, ARRAY[percent], ARRAY[amount], unknown));
END
$$;
COMMENT ON FUNCTION saaskpi_internal.discount_steps(numeric, text, numeric, jsonb) IS
    'what is off a price per bill from when until when, in order, and the price of a month that is left; of several discounts each is off of what those before leave; null when nothing is off';
