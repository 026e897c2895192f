-- How often customers without a contract will buy, and for how much.

CREATE FUNCTION saaskpi.bg_nbd(frequency float8[], recency float8[], age float8[], weights float8[] DEFAULT NULL)
    RETURNS TABLE (parameters float8[], log_likelihood float8, customers float8, status text, std_errors float8[])
    AS 'MODULE_PATHNAME', 'saaskpi_bg_nbd' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000000 ROWS 1;
COMMENT ON FUNCTION saaskpi.bg_nbd(float8[], float8[], float8[], float8[]) IS
    'BG/NBD model of customers who buy at rates of their own and leave unseen after a purchase, by maximum likelihood; frequency: days with a purchase after the first one; recency: time from the first purchase to the last; age: time from the first purchase to now, all times in one unit, with everybody who ever bought; a row of weight w counts as w customers; parameters: r, alpha (in the unit of time), a, b, for the functions bg_nbd_...; status is ok, or says in words why the parameters are not to be read one by one (no drop-out seen, customers do not differ, ...), and with parameters NULL that nobody bought again; std_errors: of each parameter, from the curvature of the likelihood in logs of the parameters, NULL where it has no top, as on a ridge; any order of rows gives the same bits; 80 bytes a row in memory, at most 10 million rows';

CREATE FUNCTION saaskpi.bg_nbd_alive(parameters float8[], frequency float8, recency float8, age float8) RETURNS float8
    AS 'MODULE_PATHNAME', 'saaskpi_bg_nbd_alive' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION saaskpi.bg_nbd_alive(float8[], float8, float8, float8) IS
    'probability that the customer has not left, by BG/NBD; 1 for who bought once, as nobody leaves before a second purchase there; pareto_nbd_alive is without that quirk';

CREATE FUNCTION saaskpi.bg_nbd_expected(parameters float8[], frequency float8, recency float8, age float8, horizon float8) RETURNS float8
    AS 'MODULE_PATHNAME', 'saaskpi_bg_nbd_expected' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION saaskpi.bg_nbd_expected(float8[], float8, float8, float8, float8) IS
    'purchases expected of the customer within the horizon from now, by BG/NBD; 0, 0, 0 is a new customer';

CREATE FUNCTION saaskpi.bg_nbd_discounted(parameters float8[], frequency float8, recency float8, age float8, horizon float8, discount float8) RETURNS float8
    AS 'MODULE_PATHNAME', 'saaskpi_bg_nbd_discounted' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION saaskpi.bg_nbd_discounted(float8[], float8, float8, float8, float8, float8) IS
    'the same purchases, each at its worth now, 1 / (1 + discount)^time, with a discount per unit of time; times the spend of gamma_gamma_spend and the margin it is the value of the customer over the horizon';

CREATE FUNCTION saaskpi.pareto_nbd(frequency float8[], recency float8[], age float8[], weights float8[] DEFAULT NULL)
    RETURNS TABLE (parameters float8[], log_likelihood float8, customers float8, status text, std_errors float8[])
    AS 'MODULE_PATHNAME', 'saaskpi_pareto_nbd' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000000 ROWS 1;
COMMENT ON FUNCTION saaskpi.pareto_nbd(float8[], float8[], float8[], float8[]) IS
    'Pareto/NBD model of customers who buy at rates of their own and leave unseen at any time; arguments, status, std_errors and memory as of bg_nbd; parameters: r, alpha, s, beta (alpha and beta in the unit of time), for the functions pareto_nbd_...';

CREATE FUNCTION saaskpi.pareto_nbd_alive(parameters float8[], frequency float8, recency float8, age float8) RETURNS float8
    AS 'MODULE_PATHNAME', 'saaskpi_pareto_nbd_alive' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION saaskpi.pareto_nbd_alive(float8[], float8, float8, float8) IS
    'probability that the customer has not left, by Pareto/NBD';

CREATE FUNCTION saaskpi.pareto_nbd_expected(parameters float8[], frequency float8, recency float8, age float8, horizon float8) RETURNS float8
    AS 'MODULE_PATHNAME', 'saaskpi_pareto_nbd_expected' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION saaskpi.pareto_nbd_expected(float8[], float8, float8, float8, float8) IS
    'purchases expected of the customer within the horizon from now, by Pareto/NBD; 0, 0, 0 is a new customer';

CREATE FUNCTION saaskpi.pareto_nbd_discounted(parameters float8[], frequency float8, recency float8, age float8, horizon float8, discount float8) RETURNS float8
    AS 'MODULE_PATHNAME', 'saaskpi_pareto_nbd_discounted' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION saaskpi.pareto_nbd_discounted(float8[], float8, float8, float8, float8, float8) IS
    'the same purchases, each at its worth now, as bg_nbd_discounted';

CREATE FUNCTION saaskpi.gamma_gamma(frequency float8[], mean_spend float8[], weights float8[] DEFAULT NULL)
    RETURNS TABLE (parameters float8[], log_likelihood float8, customers float8, status text, std_errors float8[])
    AS 'MODULE_PATHNAME', 'saaskpi_gamma_gamma' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000000 ROWS 1;
COMMENT ON FUNCTION saaskpi.gamma_gamma(float8[], float8[], float8[]) IS
    'Gamma-Gamma model of what customers spend on a purchase, by maximum likelihood; frequency: purchases that mean_spend is the mean of, of customers with at least one; parameters: p, q, gamma (in the currency), for gamma_gamma_spend; it takes spend and frequency for independent: look at corr(frequency, mean_spend) before; status, std_errors, weights and memory as of bg_nbd';

CREATE FUNCTION saaskpi.gamma_gamma_spend(parameters float8[], frequency float8, mean_spend float8) RETURNS float8
    AS 'MODULE_PATHNAME', 'saaskpi_gamma_gamma_spend' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10;
COMMENT ON FUNCTION saaskpi.gamma_gamma_spend(float8[], float8, float8) IS
    'spend expected per further purchase of the customer: between her own mean and that of all, nearer to hers the more purchases it rests on; with frequency 0 that of all; NULL where the model has no mean';
