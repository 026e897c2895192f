-- How long customers under contract will stay.

CREATE FUNCTION saaskpi.sbg(periods float8[], ended boolean[], weights float8[] DEFAULT NULL)
    RETURNS TABLE (parameters float8[], log_likelihood float8, customers float8, status text, std_errors float8[])
    AS 'MODULE_PATHNAME', 'saaskpi_sbg' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000000 ROWS 1;
COMMENT ON FUNCTION saaskpi.sbg(float8[], boolean[], float8[]) IS
    'shifted beta-geometric model of customers who at the end of each contract period leave with a probability of their own, by maximum likelihood; periods: of who left (ended) the number after which she did, 1 or more, of others those completed so far; cohorts of any age together; a row of weight w counts as w customers; parameters: alpha, beta, for the functions sbg_...; status and std_errors as of bg_nbd';

CREATE FUNCTION saaskpi.sbg(survivors float8[])
    RETURNS TABLE (parameters float8[], log_likelihood float8, customers float8, status text, std_errors float8[])
    AS 'MODULE_PATHNAME', 'saaskpi_sbg_survivors' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000000 ROWS 1;
COMMENT ON FUNCTION saaskpi.sbg(float8[]) IS
    'the same of one cohort: how many there were at first, after one period, after two, and so on';

CREATE FUNCTION saaskpi.sbg_curve(parameters float8[], periods int)
    RETURNS TABLE (period int, survival float8, retention float8)
    AS 'MODULE_PATHNAME', 'saaskpi_sbg_curve' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100 ROWS 12;
COMMENT ON FUNCTION saaskpi.sbg_curve(float8[], int) IS
    'share of a cohort still there after each period by the shifted beta-geometric, and retention, the share of those there before; beyond the periods it was fitted to as well';

CREATE FUNCTION saaskpi.sbg_residual(parameters float8[], renewals int, discount float8, horizon int DEFAULT NULL) RETURNS float8
    AS 'MODULE_PATHNAME', 'saaskpi_sbg_residual' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION saaskpi.sbg_residual(float8[], int, float8, int) IS
    'renewals to come of a customer who has made so many, just before the next one is due, each period later worth 1 / (1 + discount); times the price of a period and the margin it is her residual value; up to the horizon, or all, which may be infinite without a discount; a new customer is worth 1 + sbg_residual(parameters, 0, discount) / (1 + discount) periods';
