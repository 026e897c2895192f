-- What orders are worth, from their lines.

CREATE FUNCTION saaskpi_internal.line_amount(quantity numeric, unit_price numeric)
    RETURNS bigint
    AS 'MODULE_PATHNAME', 'saaskpi_line_amount' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi_internal.line_amount(numeric, numeric) IS
    'quantity * unit_price in ten-thousandths, rounded half to even; null for a price below zero, a quantity of 10^12 or more or with more than 20 decimals, NaN, infinity and what is too large to be kept';

CREATE FUNCTION saaskpi_internal.order_sums_accum(bigint[], numeric, bigint, bigint, text) RETURNS bigint[]
    AS 'MODULE_PATHNAME', 'saaskpi_order_sums_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi_internal.order_sums_accum(bigint[], numeric, bigint, bigint, text) IS 'aggregate support: adds a row';
REVOKE EXECUTE ON FUNCTION saaskpi_internal.order_sums_accum(bigint[], numeric, bigint, bigint, text) FROM PUBLIC;
CREATE FUNCTION saaskpi_internal.order_sums_combine(bigint[], bigint[]) RETURNS bigint[]
    AS 'MODULE_PATHNAME', 'saaskpi_order_sums_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi_internal.order_sums_combine(bigint[], bigint[]) IS 'aggregate support: merges two states';
REVOKE EXECUTE ON FUNCTION saaskpi_internal.order_sums_combine(bigint[], bigint[]) FROM PUBLIC;
CREATE FUNCTION saaskpi_internal.order_sums_final(bigint[]) RETURNS bigint[]
    AS 'MODULE_PATHNAME', 'saaskpi_order_sums_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi_internal.order_sums_final(bigint[]) IS 'aggregate support: counts the products';
REVOKE EXECUTE ON FUNCTION saaskpi_internal.order_sums_final(bigint[]) FROM PUBLIC;

CREATE AGGREGATE saaskpi_internal.order_sums(quantity numeric, amount bigint, discount bigint, product text) (
    SFUNC = saaskpi_internal.order_sums_accum,
    STYPE = bigint[],
    SSPACE = 264,
    FINALFUNC = saaskpi_internal.order_sums_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = saaskpi_internal.order_sums_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE saaskpi_internal.order_sums(numeric, bigint, bigint, text) IS
    'the lines of an order, those sold and those returned as first to third number, different products as the last; between them sums that order_gross and others tell; lines without an amount or a discount are left out';

CREATE FUNCTION saaskpi_internal.line_sums_accum(bigint[], numeric, bigint, bigint) RETURNS bigint[]
    AS 'MODULE_PATHNAME', 'saaskpi_line_sums_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi_internal.line_sums_accum(bigint[], numeric, bigint, bigint) IS 'aggregate support: adds a row';
REVOKE EXECUTE ON FUNCTION saaskpi_internal.line_sums_accum(bigint[], numeric, bigint, bigint) FROM PUBLIC;
CREATE FUNCTION saaskpi_internal.line_sums_combine(bigint[], bigint[]) RETURNS bigint[]
    AS 'MODULE_PATHNAME', 'saaskpi_line_sums_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi_internal.line_sums_combine(bigint[], bigint[]) IS 'aggregate support: merges two states';
REVOKE EXECUTE ON FUNCTION saaskpi_internal.line_sums_combine(bigint[], bigint[]) FROM PUBLIC;

CREATE AGGREGATE saaskpi_internal.line_sums(quantity numeric, amount bigint, discount bigint) (
    SFUNC = saaskpi_internal.line_sums_accum,
    STYPE = bigint[],
    SSPACE = 176,
    COMBINEFUNC = saaskpi_internal.line_sums_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE saaskpi_internal.line_sums(numeric, bigint, bigint) IS
    'what order_sums tells, without counting products';

CREATE FUNCTION saaskpi_internal.order_gross(sums bigint[]) RETURNS numeric
    AS 'MODULE_PATHNAME', 'saaskpi_order_gross' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi_internal.order_gross(bigint[]) IS 'gross of what order_sums added up';
CREATE FUNCTION saaskpi_internal.order_discounts(sums bigint[]) RETURNS numeric
    AS 'MODULE_PATHNAME', 'saaskpi_order_discounts' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi_internal.order_discounts(bigint[]) IS 'discounts of what order_sums added up';
CREATE FUNCTION saaskpi_internal.order_returns(sums bigint[]) RETURNS numeric
    AS 'MODULE_PATHNAME', 'saaskpi_order_returns' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi_internal.order_returns(bigint[]) IS 'returns of what order_sums added up';
CREATE FUNCTION saaskpi_internal.order_net(sums bigint[]) RETURNS numeric
    AS 'MODULE_PATHNAME', 'saaskpi_order_net' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi_internal.order_net(bigint[]) IS 'net of what order_sums added up';
CREATE FUNCTION saaskpi_internal.order_units(sums bigint[]) RETURNS numeric
    AS 'MODULE_PATHNAME', 'saaskpi_order_units' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi_internal.order_units(bigint[]) IS 'units of what order_sums added up';
CREATE FUNCTION saaskpi_internal.order_units_returned(sums bigint[]) RETURNS numeric
    AS 'MODULE_PATHNAME', 'saaskpi_order_units_returned' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi_internal.order_units_returned(bigint[]) IS 'units_returned of what order_sums added up';
