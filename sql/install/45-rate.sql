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

-- Sums run over whole ten-thousandths.
CREATE FUNCTION saaskpi_internal.as_money(units numeric)
    RETURNS numeric
    AS 'MODULE_PATHNAME', 'saaskpi_as_money' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi_internal.as_money(numeric) IS
    'ten-thousandths as an amount with two decimals, or with those it needs';
