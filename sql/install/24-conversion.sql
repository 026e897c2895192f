-- From signup to paying.

@state type=conversion_curve storage=external sspace=4096 meaning=signups by cohort and the days they took to pay rollup=merges conversion of disjoint sets of customers

CREATE FUNCTION saaskpi_internal.conversion_accum(saaskpi.conversion_curve, date, date, integer, date) RETURNS saaskpi.conversion_curve
    AS 'MODULE_PATHNAME', 'saaskpi_conversion_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi_internal.conversion_accum(saaskpi.conversion_curve, date, date, integer, date) IS 'aggregate support: adds a row';
REVOKE EXECUTE ON FUNCTION saaskpi_internal.conversion_accum(saaskpi.conversion_curve, date, date, integer, date) FROM PUBLIC;

CREATE AGGREGATE saaskpi.conversion_agg(signup date, paid date, window_days integer, as_of date) (
    SFUNC = saaskpi_internal.conversion_accum,
    STYPE = saaskpi.conversion_curve,
    SSPACE = 4096,
    FINALFUNC = saaskpi_internal.conversion_curve_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = saaskpi_internal.conversion_curve_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE saaskpi.conversion_agg(date, date, integer, date) IS
    'conversion by month of signup: who paid within window_days of signup, on day 0 to 29 for 30, among those whose window has passed by as_of';

CREATE FUNCTION saaskpi.conversion_cohorts(curve saaskpi.conversion_curve)
    RETURNS TABLE (cohort date, signups bigint, matured bigint, converted bigint, expired bigint,
        pending bigint, median_days numeric, converted_early bigint)
    AS 'MODULE_PATHNAME', 'saaskpi_conversion_cohorts_early' LANGUAGE C IMMUTABLE PARALLEL SAFE
    ROWS 60;
COMMENT ON FUNCTION saaskpi.conversion_cohorts(saaskpi.conversion_curve) IS
    'conversion as rows: signups = converted + expired + converted_early + pending, matured = converted + expired; of those whose window is open, converted_early have paid by as_of and pending have not; a state stored by version 0.1.0 does not know who paid early and has them in pending';

-- For views made by version 0.1.0, and what is restored from their dumps.
CREATE FUNCTION saaskpi_internal.conversion_cohorts(curve saaskpi.conversion_curve)
    RETURNS TABLE (cohort date, signups bigint, matured bigint, converted bigint, expired bigint,
        pending bigint, median_days numeric)
    AS 'MODULE_PATHNAME', 'saaskpi_conversion_cohorts' LANGUAGE C IMMUTABLE PARALLEL SAFE
    ROWS 60;
COMMENT ON FUNCTION saaskpi_internal.conversion_cohorts(saaskpi.conversion_curve) IS
    'conversion as version 0.1.0 had it, for views made then: pending are all whose window is open, paid or not';
