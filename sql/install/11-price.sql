-- Money as states keep it, and prices made monthly.  The rule of every amount
-- that enters a state: rounded half to even at four decimals, so that 0.00005
-- is 0 and 0.00015 is 0.0002; NaN, infinity and what is as large as
-- 922337203685477.5808, above or below zero, cannot be used, and a row that
-- has it is skipped and counted instead of stopping the others.

CREATE FUNCTION saaskpi.money_units(amount numeric)
    RETURNS bigint
    AS 'MODULE_PATHNAME', 'saaskpi_money_units' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi.money_units(numeric) IS
    'an amount as it is kept inside states, in units of 1/10000, rounded half to even; null for NaN, infinity and what is too large to be kept';

CREATE FUNCTION saaskpi.monthly_price(amount numeric, interval_unit text, interval_count integer DEFAULT 1)
    RETURNS numeric
    AS 'MODULE_PATHNAME', 'saaskpi_monthly_price' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi.monthly_price(numeric, text, integer) IS
    'price of one month, from the price of interval_count intervals of a day, week, month, quarter, half-year or year (or days, daily, annually, in any case): a year has 12 months, 52 weeks, 365 days; exact, then rounded half to even at four decimals; null for null and for what cannot be used as an amount';
