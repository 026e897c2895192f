-- The retention triangle.

CREATE TYPE saaskpi.cohort_matrix;

CREATE FUNCTION saaskpi.cohort_matrix_in(cstring) RETURNS saaskpi.cohort_matrix
    AS 'MODULE_PATHNAME', 'saaskpi_cohort_matrix_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION saaskpi.cohort_matrix_out(saaskpi.cohort_matrix) RETURNS cstring
    AS 'MODULE_PATHNAME', 'saaskpi_cohort_matrix_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION saaskpi.cohort_matrix_recv(internal) RETURNS saaskpi.cohort_matrix
    AS 'MODULE_PATHNAME', 'saaskpi_cohort_matrix_recv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION saaskpi.cohort_matrix_send(saaskpi.cohort_matrix) RETURNS bytea
    AS 'MODULE_PATHNAME', 'saaskpi_cohort_matrix_send' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE TYPE saaskpi.cohort_matrix (
    INPUT = saaskpi.cohort_matrix_in,
    OUTPUT = saaskpi.cohort_matrix_out,
    RECEIVE = saaskpi.cohort_matrix_recv,
    SEND = saaskpi.cohort_matrix_send,
    INTERNALLENGTH = VARIABLE,
    ALIGNMENT = double,
    STORAGE = external
);

CREATE FUNCTION saaskpi.cohort_matrix_combine(saaskpi.cohort_matrix, saaskpi.cohort_matrix) RETURNS saaskpi.cohort_matrix
    AS 'MODULE_PATHNAME', 'saaskpi_cohort_matrix_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION saaskpi.cohort_matrix_final(saaskpi.cohort_matrix) RETURNS saaskpi.cohort_matrix
    AS 'MODULE_PATHNAME', 'saaskpi_cohort_matrix_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON TYPE saaskpi.cohort_matrix IS 'a retention triangle: customers and amounts by cohort and age';
COMMENT ON FUNCTION saaskpi.cohort_matrix_in(cstring) IS 'text input of cohort_matrix';
COMMENT ON FUNCTION saaskpi.cohort_matrix_out(saaskpi.cohort_matrix) IS 'text output of cohort_matrix';
COMMENT ON FUNCTION saaskpi.cohort_matrix_recv(internal) IS 'binary input of cohort_matrix';
COMMENT ON FUNCTION saaskpi.cohort_matrix_send(saaskpi.cohort_matrix) IS 'binary output of cohort_matrix';
COMMENT ON FUNCTION saaskpi.cohort_matrix_combine(saaskpi.cohort_matrix, saaskpi.cohort_matrix) IS 'aggregate support: merges two states';
COMMENT ON FUNCTION saaskpi.cohort_matrix_final(saaskpi.cohort_matrix) IS 'aggregate support: trims a finished state';
REVOKE EXECUTE ON FUNCTION saaskpi.cohort_matrix_combine(saaskpi.cohort_matrix, saaskpi.cohort_matrix) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION saaskpi.cohort_matrix_final(saaskpi.cohort_matrix) FROM PUBLIC;

CREATE FUNCTION saaskpi.cohort_accum(saaskpi.cohort_matrix, saaskpi.activity, date) RETURNS saaskpi.cohort_matrix
    AS 'MODULE_PATHNAME', 'saaskpi_cohort_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 200;
COMMENT ON FUNCTION saaskpi.cohort_accum(saaskpi.cohort_matrix, saaskpi.activity, date) IS 'aggregate support: adds a row';
REVOKE EXECUTE ON FUNCTION saaskpi.cohort_accum(saaskpi.cohort_matrix, saaskpi.activity, date) FROM PUBLIC;

CREATE AGGREGATE saaskpi.cohort_agg(activity saaskpi.activity, as_of date) (
    SFUNC = saaskpi.cohort_accum,
    STYPE = saaskpi.cohort_matrix,
    SSPACE = 8192,
    FINALFUNC = saaskpi.cohort_matrix_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = saaskpi.cohort_matrix_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE saaskpi.cohort_agg(saaskpi.activity, date) IS
    'retention by the period of each customers first activity';

CREATE FUNCTION saaskpi.cohort_accum(saaskpi.cohort_matrix, saaskpi.activity, date, text, date) RETURNS saaskpi.cohort_matrix
    AS 'MODULE_PATHNAME', 'saaskpi_cohort_accum_anchor' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 200;
COMMENT ON FUNCTION saaskpi.cohort_accum(saaskpi.cohort_matrix, saaskpi.activity, date, text, date) IS 'aggregate support: adds a row';
REVOKE EXECUTE ON FUNCTION saaskpi.cohort_accum(saaskpi.cohort_matrix, saaskpi.activity, date, text, date) FROM PUBLIC;

CREATE AGGREGATE saaskpi.cohort_agg(activity saaskpi.activity, anchor date, grain text, as_of date) (
    SFUNC = saaskpi.cohort_accum,
    STYPE = saaskpi.cohort_matrix,
    SSPACE = 8192,
    FINALFUNC = saaskpi.cohort_matrix_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = saaskpi.cohort_matrix_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE saaskpi.cohort_agg(saaskpi.activity, date, text, date) IS
    'retention by the period of an anchor day such as the signup; customers without activity count in their cohort';

CREATE AGGREGATE saaskpi.rollup(saaskpi.cohort_matrix) (
    SFUNC = saaskpi.cohort_matrix_combine,
    STYPE = saaskpi.cohort_matrix,
    SSPACE = 8192,
    FINALFUNC = saaskpi.cohort_matrix_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = saaskpi.cohort_matrix_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE saaskpi.rollup(saaskpi.cohort_matrix) IS 'merges retention triangles of disjoint sets of customers';

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
