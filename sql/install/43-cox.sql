-- What makes customers stay and leave: Cox regression.

CREATE FUNCTION saaskpi.cox(durations float8[], ended boolean[], features float8[], names text[] DEFAULT NULL, ties text DEFAULT 'efron', level float8 DEFAULT 0.95)
    RETURNS TABLE (feature text, coefficient float8, hazard_ratio float8, lo float8, hi float8, std_error float8, z float8, p_value float8, status text,
        subjects int, events float8, log_likelihood_null float8, log_likelihood float8, concordance float8)
    AS 'MODULE_PATHNAME', 'saaskpi_cox' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000000 ROWS 4;
COMMENT ON FUNCTION saaskpi.cox(float8[], boolean[], float8[], text[], text, float8) IS
    'Cox regression: how features raise (hazard_ratio above 1) or lower the rate of the event, with limits at the level; durations and ended as of kaplan_meier; features: one row per subject, array_agg(ARRAY[age, price]::float8[]), up to 100 columns, as known when the duration began; ties efron (as R) or breslow; status per feature is ok, or why it has no coefficient: the same for all, determined by the features before it, no event to learn from, or no finite one, as where a feature marks who goes first (then coefficient is infinite and std_error NULL); beside each feature the numbers of the whole fit: concordance is the share of pairs told right, 0.5 by chance; any order of rows gives the same bits; 16 bytes per value and 90 per row in memory, at most 50 million values';
