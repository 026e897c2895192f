-- The retention triangle.

@state type=cohort_matrix storage=external sspace=8192 meaning=a retention triangle: customers and amounts by cohort and age rollup=merges retention triangles of disjoint sets of customers

CREATE FUNCTION saaskpi_internal.cohort_accum(saaskpi.cohort_matrix, saaskpi.activity, date) RETURNS saaskpi.cohort_matrix
    AS 'MODULE_PATHNAME', 'saaskpi_cohort_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 200;
COMMENT ON FUNCTION saaskpi_internal.cohort_accum(saaskpi.cohort_matrix, saaskpi.activity, date) IS 'aggregate support: adds a row';
REVOKE EXECUTE ON FUNCTION saaskpi_internal.cohort_accum(saaskpi.cohort_matrix, saaskpi.activity, date) FROM PUBLIC;

CREATE AGGREGATE saaskpi.cohort_agg(activity saaskpi.activity, as_of date) (
    SFUNC = saaskpi_internal.cohort_accum,
    STYPE = saaskpi.cohort_matrix,
    SSPACE = 8192,
    FINALFUNC = saaskpi_internal.cohort_matrix_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = saaskpi_internal.cohort_matrix_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE saaskpi.cohort_agg(saaskpi.activity, date) IS
    'retention by the period of the first activity of each customer';

CREATE FUNCTION saaskpi_internal.cohort_accum(saaskpi.cohort_matrix, saaskpi.activity, date, text, date) RETURNS saaskpi.cohort_matrix
    AS 'MODULE_PATHNAME', 'saaskpi_cohort_accum_anchor' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 200;
COMMENT ON FUNCTION saaskpi_internal.cohort_accum(saaskpi.cohort_matrix, saaskpi.activity, date, text, date) IS 'aggregate support: adds a row';
REVOKE EXECUTE ON FUNCTION saaskpi_internal.cohort_accum(saaskpi.cohort_matrix, saaskpi.activity, date, text, date) FROM PUBLIC;

CREATE AGGREGATE saaskpi.cohort_agg(activity saaskpi.activity, anchor date, grain text, as_of date) (
    SFUNC = saaskpi_internal.cohort_accum,
    STYPE = saaskpi.cohort_matrix,
    SSPACE = 8192,
    FINALFUNC = saaskpi_internal.cohort_matrix_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = saaskpi_internal.cohort_matrix_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE saaskpi.cohort_agg(saaskpi.activity, date, text, date) IS
    'retention by the period of an anchor day such as the signup; customers without activity count in their cohort';

CREATE FUNCTION saaskpi.cohort_matrix(activity saaskpi.activity, as_of date)
    RETURNS saaskpi.cohort_matrix
    AS 'MODULE_PATHNAME', 'saaskpi_cohort_matrix' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi.cohort_matrix(saaskpi.activity, date) IS
    'the triangle of one customer';

CREATE FUNCTION saaskpi.cohort_cells(matrix saaskpi.cohort_matrix)
    RETURNS TABLE (cohort date, age integer, customers bigint, active bigint, active_or_later bigint,
        active_throughout bigint, amount numeric, is_mature boolean)
    AS 'MODULE_PATHNAME', 'saaskpi_cohort_cells' LANGUAGE C IMMUTABLE PARALLEL SAFE
    ROWS 1000;
COMMENT ON FUNCTION saaskpi.cohort_cells(saaskpi.cohort_matrix) IS
    'a retention triangle as rows: active in the period, in it or later, and in every period so far; a cell is mature when its period is complete';
