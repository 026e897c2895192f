-- The shapes in which billing data arrive, as rows.  An export is of a kind,
-- and kinds that say the same in other words share a shape: tables and columns
-- under names of our own, read from whatever an export calls them, and the
-- views written over those.  A shape is one part of its own.

CREATE TABLE saaskpi_internal.mapping_kinds (
    ordinal integer GENERATED ALWAYS AS IDENTITY,
    kind text PRIMARY KEY,
    shape text NOT NULL,
    description text NOT NULL
);
COMMENT ON TABLE saaskpi_internal.mapping_kinds IS 'the kinds of exports that map_source knows';
COMMENT ON COLUMN saaskpi_internal.mapping_kinds.ordinal IS 'order of insertion';
COMMENT ON COLUMN saaskpi_internal.mapping_kinds.kind IS 'name of the kind, as it is asked for';
COMMENT ON COLUMN saaskpi_internal.mapping_kinds.shape IS 'whose columns and views it shares';
COMMENT ON COLUMN saaskpi_internal.mapping_kinds.description IS 'what makes such an export';

CREATE TABLE saaskpi_internal.mapping_tables (
    ordinal integer GENERATED ALWAYS AS IDENTITY,
    kind text NOT NULL,
    table_name name NOT NULL,
    candidates text[] NOT NULL,
    needed boolean NOT NULL DEFAULT false,
    newest_by name[] NOT NULL DEFAULT '{}',
    condition text,
    PRIMARY KEY (kind, table_name)
);
COMMENT ON TABLE saaskpi_internal.mapping_tables IS 'where the rows of an export stand';
COMMENT ON COLUMN saaskpi_internal.mapping_tables.ordinal IS 'order of insertion';
COMMENT ON COLUMN saaskpi_internal.mapping_tables.kind IS 'kind of export';
COMMENT ON COLUMN saaskpi_internal.mapping_tables.table_name IS 'name in the queries of the views';
COMMENT ON COLUMN saaskpi_internal.mapping_tables.candidates IS 'names in the export, of which the first that is there is read; table.column.key are the elements of a JSON array in a column';
COMMENT ON COLUMN saaskpi_internal.mapping_tables.needed IS 'whether the export is of no use without it; of others that are absent there are no rows';
COMMENT ON COLUMN saaskpi_internal.mapping_tables.newest_by IS 'where one of these columns is there, the row of each id in which it is greatest is read, and no other';
COMMENT ON COLUMN saaskpi_internal.mapping_tables.condition IS 'which rows are read, over columns of mapping_columns';

CREATE TABLE saaskpi_internal.mapping_columns (
    ordinal integer GENERATED ALWAYS AS IDENTITY,
    shape text NOT NULL,
    table_name name NOT NULL,
    column_name name NOT NULL,
    kind text NOT NULL CHECK (kind IN ('text', 'timestamptz', 'numeric', 'integer', 'boolean', 'jsonb')),
    candidates text[] NOT NULL,
    needed boolean NOT NULL DEFAULT false,
    noted boolean NOT NULL DEFAULT true,
    PRIMARY KEY (shape, table_name, column_name)
);
COMMENT ON TABLE saaskpi_internal.mapping_columns IS 'the columns of an export';
COMMENT ON COLUMN saaskpi_internal.mapping_columns.ordinal IS 'order of insertion';
COMMENT ON COLUMN saaskpi_internal.mapping_columns.shape IS 'shape of the export';
COMMENT ON COLUMN saaskpi_internal.mapping_columns.table_name IS 'table of mapping_tables';
COMMENT ON COLUMN saaskpi_internal.mapping_columns.column_name IS 'name in the queries of the views';
COMMENT ON COLUMN saaskpi_internal.mapping_columns.kind IS 'what it is read as; a number read as timestamptz counts seconds since 1970';
COMMENT ON COLUMN saaskpi_internal.mapping_columns.candidates IS 'names in the export, of which the first that holds a value is taken; column.key is a value inside JSON, and ^column one of the table that holds the array';
COMMENT ON COLUMN saaskpi_internal.mapping_columns.needed IS 'whether the table is of no use without it; others that are absent are null';
COMMENT ON COLUMN saaskpi_internal.mapping_columns.noted IS 'whether it is worth a notice when it is absent; many exports rightly lack the others';

CREATE TABLE saaskpi_internal.mapping_views (
    ordinal integer GENERATED ALWAYS AS IDENTITY,
    shape text NOT NULL,
    view_name name NOT NULL,
    needs text NOT NULL,
    columns name[] NOT NULL,
    query text NOT NULL,
    comment text NOT NULL,
    PRIMARY KEY (shape, view_name)
);
COMMENT ON TABLE saaskpi_internal.mapping_views IS 'the views that map_source writes';
COMMENT ON COLUMN saaskpi_internal.mapping_views.ordinal IS 'order of insertion, and of writing';
COMMENT ON COLUMN saaskpi_internal.mapping_views.shape IS 'shape of the export';
COMMENT ON COLUMN saaskpi_internal.mapping_views.view_name IS 'name of the view; NAME_billed is what capture keeps, and the source NAME is made from it';
COMMENT ON COLUMN saaskpi_internal.mapping_views.needs IS 'table.column of mapping_columns without which it is not written';
COMMENT ON COLUMN saaskpi_internal.mapping_views.columns IS 'its columns';
COMMENT ON COLUMN saaskpi_internal.mapping_views.query IS 'its rows; {x} are those of the table x of mapping_tables, {numeric y} and {timestamptz y} the text y read as such. Columns valid_from and valid_to say that the export keeps history itself';
COMMENT ON COLUMN saaskpi_internal.mapping_views.comment IS 'what a row is; the comment of the view';

CREATE TABLE saaskpi_internal.mapping_optional (
    shape text NOT NULL,
    view_name name NOT NULL,
    column_name name NOT NULL,
    needs text[] NOT NULL,
    PRIMARY KEY (shape, view_name, column_name)
);
COMMENT ON TABLE saaskpi_internal.mapping_optional IS 'columns that a view does without when the export says nothing of them';
COMMENT ON COLUMN saaskpi_internal.mapping_optional.shape IS 'shape of the export';
COMMENT ON COLUMN saaskpi_internal.mapping_optional.view_name IS 'view of mapping_views';
COMMENT ON COLUMN saaskpi_internal.mapping_optional.column_name IS 'column that is left out';
COMMENT ON COLUMN saaskpi_internal.mapping_optional.needs IS 'table.column of mapping_columns, none of which is there';

CREATE TABLE saaskpi_internal.mapping_sources (
    source name PRIMARY KEY,
    key name NOT NULL,
    whole name,
    begins name NOT NULL,
    ends name NOT NULL,
    clause text NOT NULL
);
COMMENT ON TABLE saaskpi_internal.mapping_sources IS 'the sources that are made from what is billed, NAME_billed, or from what capture kept of it, NAME_captured';
COMMENT ON COLUMN saaskpi_internal.mapping_sources.source IS 'source';
COMMENT ON COLUMN saaskpi_internal.mapping_sources.key IS 'column that tells what is billed apart';
COMMENT ON COLUMN saaskpi_internal.mapping_sources.whole IS 'column that tells what it is a part of, where there is one';
COMMENT ON COLUMN saaskpi_internal.mapping_sources.begins IS 'column that says from when it is in force';
COMMENT ON COLUMN saaskpi_internal.mapping_sources.ends IS 'column that says until when';
COMMENT ON COLUMN saaskpi_internal.mapping_sources.clause IS 'what follows FROM rows AS r; {reads x} is whether the source has a column x that relations can read';

CREATE TABLE saaskpi_internal.mapping_source_columns (
    ordinal integer GENERATED ALWAYS AS IDENTITY,
    source name NOT NULL,
    column_name name NOT NULL,
    type regtype NOT NULL,
    needed boolean NOT NULL DEFAULT false,
    expression text,
    of_end boolean NOT NULL DEFAULT false,
    PRIMARY KEY (source, column_name)
);
COMMENT ON TABLE saaskpi_internal.mapping_source_columns IS 'the columns of what is billed that the source is made from';
COMMENT ON COLUMN saaskpi_internal.mapping_source_columns.ordinal IS 'order of insertion';
COMMENT ON COLUMN saaskpi_internal.mapping_source_columns.source IS 'source';
COMMENT ON COLUMN saaskpi_internal.mapping_source_columns.column_name IS 'name of the column';
COMMENT ON COLUMN saaskpi_internal.mapping_source_columns.type IS 'its type, null where it is not there';
COMMENT ON COLUMN saaskpi_internal.mapping_source_columns.needed IS 'whether it must be there';
COMMENT ON COLUMN saaskpi_internal.mapping_source_columns.expression IS 'what the source shows of it, null for the column as it is, empty for nothing';
COMMENT ON COLUMN saaskpi_internal.mapping_source_columns.of_end IS 'whether it is about the end: a version that a later one ends has it from that';

GRANT SELECT ON ALL TABLES IN SCHEMA saaskpi_internal TO PUBLIC;
