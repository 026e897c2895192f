-- Insights: sentences that rules make of numbers.
--
-- A rule is a row: a query over the kpi relations, with the places of the
-- endpoints and {snapshot}; a condition over what the query gives, without
-- which nothing is said; and a sentence.  The sentence holds places such as
-- {net:money}: a column of the query, or window and window_before, and how to
-- write it: money, amount, signed, count, number, percent, change, points, month,
-- day or text.

CREATE TABLE saaskpi_internal.insight_rules (
    ordinal integer GENERATED ALWAYS AS IDENTITY,
    rule text PRIMARY KEY,
    needs name[] NOT NULL,
    grain text NOT NULL CHECK (grain IN ('day', 'month', 'as_of')),
    in_narrative boolean NOT NULL DEFAULT false,
    query text NOT NULL,
    condition text NOT NULL,
    sentence text NOT NULL
);
COMMENT ON TABLE saaskpi_internal.insight_rules IS 'what insights and narrative may say';
COMMENT ON COLUMN saaskpi_internal.insight_rules.ordinal IS 'order of insertion, and of the sentences';
COMMENT ON COLUMN saaskpi_internal.insight_rules.rule IS 'name of the rule';
COMMENT ON COLUMN saaskpi_internal.insight_rules.needs IS 'relations that it reads';
COMMENT ON COLUMN saaskpi_internal.insight_rules.grain IS 'periods to which the window is widened; as_of when it tells of the last refresh or of a snapshot';
COMMENT ON COLUMN saaskpi_internal.insight_rules.in_narrative IS 'whether narrative says it, too';
COMMENT ON COLUMN saaskpi_internal.insight_rules.query IS 'the numbers, a row per sentence';
COMMENT ON COLUMN saaskpi_internal.insight_rules.condition IS 'when there is something to say, over the columns of the query';
COMMENT ON COLUMN saaskpi_internal.insight_rules.sentence IS 'what is said, with places for the numbers';
GRANT SELECT ON saaskpi_internal.insight_rules TO PUBLIC;

-- One decimal from a thousand on, and the letter by what is written, so that
-- 999,950 is 1.0M and not 1000.0K.
CREATE FUNCTION saaskpi_internal.scaled(amount numeric)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN abs(round(amount / 1000000, 1)) >= 1000 THEN round(amount / 1000000000, 1) || 'B'
            WHEN abs(round(amount / 1000, 1)) >= 1000 THEN round(amount / 1000000, 1) || 'M'
            WHEN abs(round(amount)) >= 1000 THEN round(amount / 1000, 1) || 'K'
            WHEN abs(amount) < 10 AND amount <> trunc(amount) THEN round(amount, 2)::text
            ELSE round(amount)::text END;
COMMENT ON FUNCTION saaskpi_internal.scaled(numeric) IS 'an amount for reading: 12, 1.2K, 3.4M, 5.6B';

CREATE FUNCTION saaskpi_internal.window_words(from_day date, to_day date)
RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
RETURN CASE WHEN to_day = from_day + 1 THEN format('the day of %s', from_day)
            WHEN extract(day FROM from_day) <> 1 OR extract(day FROM to_day) <> 1 THEN format('the days from %s to %s', from_day, to_day - 1)
            WHEN (from_day + interval '1 month')::date = to_day THEN to_char(from_day::timestamp, 'FMMonth YYYY')
            WHEN extract(month FROM from_day) = 1 AND (from_day + interval '1 year')::date = to_day THEN to_char(from_day::timestamp, 'YYYY')
            ELSE format('%s to %s', to_char(from_day::timestamp, CASE WHEN extract(year FROM from_day) = extract(year FROM to_day - 1) THEN 'FMMonth' ELSE 'FMMonth YYYY' END), to_char((to_day - 1)::timestamp, 'FMMonth YYYY')) END;
COMMENT ON FUNCTION saaskpi_internal.window_words(date, date) IS 'days in words: one day, a month, a year, months or, of any other, the first and the last day';

CREATE FUNCTION saaskpi_internal.insight_value(value text, how text, currency text)
RETURNS text
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    n constant numeric := CASE WHEN how NOT IN ('text', 'day', 'month') THEN value END;
    percent constant numeric := round(100 * n, 1);
BEGIN
    RETURN CASE WHEN value IS NULL THEN 'unknown' ELSE CASE how
        WHEN 'money' THEN currency || ' ' || saaskpi_internal.scaled(n)
        WHEN 'signed' THEN concat(CASE WHEN n < 0 THEN '-' ELSE '+' END, currency, ' ', saaskpi_internal.scaled(abs(n)))
        WHEN 'amount' THEN saaskpi_internal.scaled(n)
        WHEN 'count' THEN to_char(n, 'FM999,999,999,999,990')
        WHEN 'number' THEN trim_scale(round(n, 2))::text
        WHEN 'percent' THEN to_char(percent, 'FM999,999,990.0 %')
        WHEN 'change' THEN CASE WHEN percent = 0 THEN 'about as much as' ELSE concat(CASE WHEN n > 0 THEN 'up ' ELSE 'down ' END, to_char(abs(percent), 'FM999,999,990.0 %'), ' on') END
        WHEN 'points' THEN CASE WHEN percent = 0 THEN 'about as in' ELSE concat(CASE WHEN n > 0 THEN 'up ' ELSE 'down ' END, to_char(abs(percent), 'FM999,999,990.0'), ' points on') END
        WHEN 'month' THEN to_char(value::timestamp, 'FMMonth YYYY')
        ELSE value END END;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.insight_value(text, text, text) IS 'a number in the words of a sentence';

-- What is filled in is not looked through for places again.
CREATE FUNCTION saaskpi_internal.insight_sentence(sentence text, numbers jsonb, currency text)
RETURNS text
LANGUAGE sql STABLE
AS $$
SELECT string_agg(concat(m.part[1], CASE WHEN m.part[2] IS NOT NULL THEN saaskpi_internal.insight_value(numbers ->> m.part[2], m.part[3], currency) END), '' ORDER BY m.i)
  FROM regexp_matches(sentence, '([^{]*)(?:\{(\w+):(\w+)\})?', 'g') WITH ORDINALITY AS m(part, i)
$$;
COMMENT ON FUNCTION saaskpi_internal.insight_sentence(text, jsonb, text) IS 'a sentence with its places filled in';

-- Nothing is said of a window that is not over.
CREATE FUNCTION saaskpi_internal.insights_of(schema_name name, start_date date, end_date date, snapshot date, narrative_only boolean)
RETURNS TABLE (rule text, sentence text, numbers jsonb, query text)
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    settings constant jsonb := saaskpi_internal.endpoint_settings(schema_name);
    as_of constant date := settings ->> 'as_of';
    r saaskpi_internal.insight_rules;
    w date[];
BEGIN
    IF snapshot NOT BETWEEN '1900-01-01' AND '2999-12-31' THEN
        RAISE EXCEPTION 'snapshot must be a day from 1900-01-01 to 2999-12-31, not %', snapshot USING ERRCODE = 'invalid_parameter_value';
    ELSIF start_date IS NULL AND end_date IS NULL THEN
        end_date := date_trunc('month', as_of::timestamp);
        start_date := end_date - interval '1 month';
    ELSE
        PERFORM saaskpi_internal.endpoint_range(start_date, end_date, as_of);
    END IF;
    FOR r IN SELECT x.* FROM saaskpi_internal.insight_rules AS x
              WHERE (x.in_narrative OR NOT narrative_only) AND saaskpi_internal.endpoint_has(schema_name, x.needs) ORDER BY x.ordinal LOOP
        w := saaskpi_internal.endpoint_window(start_date, end_date, CASE r.grain WHEN 'month' THEN 'month' ELSE 'day' END, 'monday');
        CONTINUE WHEN r.grain <> 'as_of' AND (w[1] = w[2] OR w[2] > as_of);
        query := btrim(saaskpi_internal.endpoint_query(r.query, schema_name, 0, format('{%s,%s,%s,%s,%s}', w[1], w[2], w[3], as_of, least(coalesce(snapshot, as_of), as_of))::date[]), E' \n');
        FOR numbers IN EXECUTE format('SELECT to_jsonb(q) FROM (%s) AS q WHERE %s', query, r.condition) LOOP
            rule := r.rule;
            sentence := saaskpi_internal.insight_sentence(r.sentence, numbers || jsonb_build_object('window', saaskpi_internal.window_words(w[1], w[2]), 'window_before', saaskpi_internal.window_words(w[3], w[1])), settings ->> 'currency');
            RETURN NEXT;
        END LOOP;
    END LOOP;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.insights_of(name, date, date, date, boolean) IS 'what the rules find to say of a window and a snapshot';

CREATE FUNCTION saaskpi.insights(schema_name name, start_date date DEFAULT NULL, end_date date DEFAULT NULL, snapshot date DEFAULT NULL)
RETURNS TABLE (rule text, sentence text, numbers jsonb, query text)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp SET datestyle = 'ISO'
AS $$SELECT i.rule, i.sentence, i.numbers, i.query FROM saaskpi_internal.insights_of(schema_name, start_date, end_date, snapshot, false) AS i$$;
COMMENT ON FUNCTION saaskpi.insights(name, date, date, date) IS
    'what there is to say of the days from start_date up to, not including, end_date (the last month that is over unless told), and of the last scores up to snapshot: a sentence per finding, with its numbers and the query that gives them; nothing about what is not over, and nothing where nothing happened';

CREATE FUNCTION saaskpi.narrative(schema_name name, start_date date DEFAULT NULL, end_date date DEFAULT NULL, snapshot date DEFAULT NULL)
RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp SET datestyle = 'ISO'
AS $$SELECT string_agg(i.sentence, ' ' ORDER BY i.n) FROM saaskpi_internal.insights_of(schema_name, start_date, end_date, snapshot, true) WITH ORDINALITY AS i(rule, sentence, numbers, query, n)$$;
COMMENT ON FUNCTION saaskpi.narrative(name, date, date, date) IS
    'the sentences of insights that an executive reads first, as one text; null when there is nothing to say';
