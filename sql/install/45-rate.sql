-- The one rule of every rate: over a base that is not above zero there is none.
-- Inlined into queries.
CREATE FUNCTION saaskpi_internal.rate(numerator numeric, base numeric)
RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN base > 0 THEN round(numerator / base, 6) END;
COMMENT ON FUNCTION saaskpi_internal.rate(numeric, numeric) IS
    'numerator / base to six decimals; null unless the base is above zero';

CREATE FUNCTION saaskpi_internal.rate(numerator bigint, base bigint)
    RETURNS numeric
    AS 'MODULE_PATHNAME', 'saaskpi_rate' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi_internal.rate(bigint, bigint) IS
    'the same of counts, several times faster';

-- E. B. Wilson, Probable inference, the law of succession, and statistical
-- inference, JASA 22 (1927) 209-212: the limits of a share of few.
CREATE FUNCTION saaskpi_internal.share_limit(part bigint, n bigint, z numeric)
RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN n > 0 AND part BETWEEN 0 AND n THEN round(greatest(0, least(1, (part + z * z / 2 + z * sqrt(part::numeric * (n - part) / n + z * z / 4)) / (n + z * z))), 6) END;
COMMENT ON FUNCTION saaskpi_internal.share_limit(bigint, bigint, numeric) IS
    'the limit of a share by Wilson, to six decimals: the lower one where z is below 0, at 95 % where it is 1.959964; null unless n is above zero';

-- Sums run over whole ten-thousandths.
CREATE FUNCTION saaskpi_internal.as_money(units numeric)
    RETURNS numeric
    AS 'MODULE_PATHNAME', 'saaskpi_as_money' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi_internal.as_money(numeric) IS
    'ten-thousandths as an amount with two decimals, or with those it needs';
