-- The registry: what the engine works on, as rows.  Each domain inserts its
-- own, in one part, and the engine names none of them.
--
-- Texts of SQL hold places in braces, which the engine fills in:
--   {as_of}       the date of the run, a constant, so that plans stay parallel
--   {setting x}   the setting x of the schema, a constant
--   {map x}       the table x of the schema, key and value, as constant jsonb
--   {rows x}      the rows of the table x of the schema, as constants
--   {maps}        all tables of the schema that stand in such places, one jsonb
--   {present x}   true when the source x is there and can be read; {present x.y}
--                 when it also has a column y that can
--   {filled x}    true when it also has a row
--   {key x}       in the input of a source: its column x as a key, null for all
--                 that name nobody
--   {until}       in the input of a source: as_of; in {ahead x}, the rows of the
--                 source x, those of later days too
--   {noticed x.y} the rows of the source y, where the relation x changes whenever
--                 what is read of them does, so that nothing else is to be asked
--   {before x.y}  the rows of the source y, those of later days too, before x and
--                 what revises it after x have revised them
--   {this x}      x of the run: its publication, its run_id
--   {run x}       x of the run looked back at, as kpi_refresh_log has it: in adds
--                 the one published before
--   {kept x}      looking back: the rows that the relation x had, as far as they
--                 are kept
--   {changed x}   in adds: what the rows of x were that the run replaced, and
--                 known false for those that it added
--   {cause x}     in adds: why all rows of x may have changed, null when facts
--                 are the reason
--   {settings x}  in adds: the settings that x is made by and that have changed
--   {total x.y}   in identities: the total y of the relation x, as identity_totals says
--   {half x}      in queries and branches: true or, where the tables read are large
--                 and the query is taken twice, of which half by its hash x is,
--                 or in order of x, where the query is sorted, by {middle y.z}
--   {sorted x.y z}
--                 behind a subquery of a query: in order of z, which is the column
--                 y of the source x, where the sources lie in that order
--   {middle x.y}  the value of column y of source x before which half of them lie
--   {branches}    in the query of a relation: its relation_branches whose sources
--                 are there, as one UNION ALL
--   {x}           the rows of the source or of the stored relation x; of one
--                 that is not there no rows, with the same columns
-- What is read and in which order follows from these places.

CREATE TABLE saaskpi_internal.sources (
    ordinal integer GENERATED ALWAYS AS IDENTITY,
    source name PRIMARY KEY,
    key name[] NOT NULL,
    partition_key name,
    label text NOT NULL,
    one_row_per_key boolean NOT NULL DEFAULT false,
    keyless_counts boolean NOT NULL DEFAULT false,
    unusable text,
    input text NOT NULL,
    description text NOT NULL
);
COMMENT ON TABLE saaskpi_internal.sources IS 'the source tables: one row per name looked for in a user''s schema';
COMMENT ON COLUMN saaskpi_internal.sources.ordinal IS 'order of insertion';
COMMENT ON COLUMN saaskpi_internal.sources.source IS 'name of the table or view';
COMMENT ON COLUMN saaskpi_internal.sources.key IS 'primary key in tables made by create_source_tables; of a column neither needed nor required a value may be missing, and such a row repeats no other';
COMMENT ON COLUMN saaskpi_internal.sources.partition_key IS 'column by which create_source_tables partitions when asked, null for never';
COMMENT ON COLUMN saaskpi_internal.sources.label IS 'expression that names a row in findings';
COMMENT ON COLUMN saaskpi_internal.sources.one_row_per_key IS 'whether of several rows of one key only the smallest is read';
COMMENT ON COLUMN saaskpi_internal.sources.keyless_counts IS 'whether rows whose partition key is null still count, under the key (none)';
COMMENT ON COLUMN saaskpi_internal.sources.unusable IS 'query that counts the rows that could not be used, from what a refresh has stored and how many {from}, the relation, has; where it gives 0 a refresh looks at the rows of a large source only by the rules that say always';
COMMENT ON COLUMN saaskpi_internal.sources.input IS 'query by which relations read the source; {from} is the relation, {x} its column x, read as its kind';
COMMENT ON COLUMN saaskpi_internal.sources.description IS 'what a row is; the comment of the table';

CREATE TABLE saaskpi_internal.source_columns (
    ordinal integer GENERATED ALWAYS AS IDENTITY,
    source name NOT NULL,
    column_name name NOT NULL,
    kind text NOT NULL CHECK (kind IN ('text', 'date', 'timestamptz', 'numeric', 'boolean')),
    needed boolean NOT NULL DEFAULT false,
    required boolean NOT NULL DEFAULT false,
    created boolean NOT NULL DEFAULT true,
    check_clause text,
    description text NOT NULL,
    PRIMARY KEY (source, column_name)
);
COMMENT ON TABLE saaskpi_internal.source_columns IS 'the columns of the source tables';
COMMENT ON COLUMN saaskpi_internal.source_columns.ordinal IS 'order of insertion';
COMMENT ON COLUMN saaskpi_internal.source_columns.source IS 'source table';
COMMENT ON COLUMN saaskpi_internal.source_columns.column_name IS 'name of the column';
COMMENT ON COLUMN saaskpi_internal.source_columns.kind IS 'what it is read as: text, date, timestamptz, numeric or boolean';
COMMENT ON COLUMN saaskpi_internal.source_columns.needed IS 'whether the source is of no use without the column; other columns read as null when missing';
COMMENT ON COLUMN saaskpi_internal.source_columns.required IS 'whether tables made by create_source_tables demand a value';
COMMENT ON COLUMN saaskpi_internal.source_columns.created IS 'whether create_source_tables makes the column';
COMMENT ON COLUMN saaskpi_internal.source_columns.check_clause IS 'check constraint in tables made by create_source_tables';
COMMENT ON COLUMN saaskpi_internal.source_columns.description IS 'what it means; the comment of the column';

CREATE TABLE saaskpi_internal.source_revisions (
    ordinal integer GENERATED ALWAYS AS IDENTITY,
    source name NOT NULL,
    revised_by name NOT NULL,
    rekeys boolean NOT NULL,
    query text,
    member name,
    judged text,
    PRIMARY KEY (source, revised_by)
);
COMMENT ON TABLE saaskpi_internal.source_revisions IS 'how one source changes what relations read of another, where it has any row';
COMMENT ON COLUMN saaskpi_internal.source_revisions.ordinal IS 'order of insertion, in which a source is revised by several';
COMMENT ON COLUMN saaskpi_internal.source_revisions.source IS 'source whose rows are read otherwise';
COMMENT ON COLUMN saaskpi_internal.source_revisions.revised_by IS 'source that says how; without a row of it nothing is revised';
COMMENT ON COLUMN saaskpi_internal.source_revisions.rekeys IS 'whether rows may get another key, or something of all rows of the other source, so that partitions are not read one by one';
COMMENT ON COLUMN saaskpi_internal.source_revisions.query IS 'the rows as relations read them then, in the same columns, null for no others; {read} is what they would read without it';
COMMENT ON COLUMN saaskpi_internal.source_revisions.member IS 'column that rules know as member as long as judged, which gives it, does not apply';
COMMENT ON COLUMN saaskpi_internal.source_revisions.judged IS 'the rows as rules read them then, null for no others; {rows} is what they would read without it';

CREATE TABLE saaskpi_internal.source_lookups (
    source name NOT NULL,
    lookup name NOT NULL,
    clause text NOT NULL,
    PRIMARY KEY (source, lookup)
);
COMMENT ON TABLE saaskpi_internal.source_lookups IS 'what else conditions of source_rules may look at beside the row';
COMMENT ON COLUMN saaskpi_internal.source_lookups.source IS 'source whose rules look';
COMMENT ON COLUMN saaskpi_internal.source_lookups.lookup IS 'alias in conditions';
COMMENT ON COLUMN saaskpi_internal.source_lookups.clause IS 'join clause; the row is r, $1 the day looked from';

CREATE TABLE saaskpi_internal.source_rules (
    ordinal integer GENERATED ALWAYS AS IDENTITY,
    source name NOT NULL,
    severity text NOT NULL CHECK (severity IN ('error', 'warning', 'info')),
    rule text PRIMARY KEY,
    needs text[] NOT NULL,
    condition text,
    query text,
    amount text,
    impossible_by name[],
    refuses boolean NOT NULL DEFAULT false,
    always boolean NOT NULL DEFAULT false,
    consequence text NOT NULL,
    CHECK ((condition IS NULL) <> (query IS NULL))
);
COMMENT ON TABLE saaskpi_internal.source_rules IS 'the rules of check_sources';
COMMENT ON COLUMN saaskpi_internal.source_rules.ordinal IS 'order of insertion';
COMMENT ON COLUMN saaskpi_internal.source_rules.source IS 'source judged';
COMMENT ON COLUMN saaskpi_internal.source_rules.severity IS 'error: numbers are wrong or rows are left out; warning: look at it; info: as you may have meant it';
COMMENT ON COLUMN saaskpi_internal.source_rules.rule IS 'name of the rule';
COMMENT ON COLUMN saaskpi_internal.source_rules.needs IS 'columns looked at, as source.column; without one of them the rule is not judged';
COMMENT ON COLUMN saaskpi_internal.source_rules.condition IS 'true for a row r that offends; all of a source are judged in one scan';
COMMENT ON COLUMN saaskpi_internal.source_rules.query IS 'or a query that gives (label, rows, amount) per offence';
COMMENT ON COLUMN saaskpi_internal.source_rules.amount IS 'money in doubt in a row that offends, null for none';
COMMENT ON COLUMN saaskpi_internal.source_rules.impossible_by IS 'a unique index of some of these columns makes offences impossible, so that a refresh need not look';
COMMENT ON COLUMN saaskpi_internal.source_rules.refuses IS 'whether a refresh stops over it, as no number would mean anything';
COMMENT ON COLUMN saaskpi_internal.source_rules.always IS 'whether a refresh judges every row of a large source by the condition, as those that offend are not among the rows that unusable of sources counts';
COMMENT ON COLUMN saaskpi_internal.source_rules.consequence IS 'what the numbers do with it';

CREATE TABLE saaskpi_internal.relations (
    ordinal integer GENERATED ALWAYS AS IDENTITY,
    relation name PRIMARY KEY,
    maintained text NOT NULL DEFAULT 'rows' CHECK (maintained IN ('rows', 'keyed', 'following', 'shown', 'own', 'view')),
    needs text[] NOT NULL DEFAULT '{}',
    key name[] NOT NULL,
    indexes text[] NOT NULL DEFAULT '{}',
    key_sources name[] NOT NULL DEFAULT '{}',
    tracked name[] NOT NULL DEFAULT '{}',
    follows name,
    query text,
    kept name,
    recalled text,
    adds text,
    grain text NOT NULL,
    comment text NOT NULL
);
COMMENT ON TABLE saaskpi_internal.relations IS 'the kpi relations: each is stored as NAME_mat, unless maintained says otherwise, and shown by a plain view NAME';
COMMENT ON COLUMN saaskpi_internal.relations.ordinal IS 'order of insertion';
COMMENT ON COLUMN saaskpi_internal.relations.relation IS 'name of the view';
COMMENT ON COLUMN saaskpi_internal.relations.maintained IS
    'how a refresh brings it up to date: rows (all computed, those that differ replaced), keyed (the same where there may be millions: only those that differ are ever stored beside), following (computed for the changed keys of another), shown (not stored: a plain view above other relations, made and dropped with them), own (a table of the schema itself, not refreshed), view (a plain view above such tables)';
COMMENT ON COLUMN saaskpi_internal.relations.needs IS
    'sources without which it is not made; a|b is either, and a relation stands for what that needs. Where there are none but branches, the source of one of them';
COMMENT ON COLUMN saaskpi_internal.relations.key IS 'primary key of the stored table';
COMMENT ON COLUMN saaskpi_internal.relations.indexes IS 'further indexes, by their columns';
COMMENT ON COLUMN saaskpi_internal.relations.key_sources IS 'of keyed: the sources that hold the key; where they are all hash-partitioned by it, the query runs partition by partition';
COMMENT ON COLUMN saaskpi_internal.relations.tracked IS 'of keyed: the columns whose change concerns those that follow';
COMMENT ON COLUMN saaskpi_internal.relations.follows IS 'of following: the relation whose changed rows it reads, and whose key it has';
COMMENT ON COLUMN saaskpi_internal.relations.query IS
    'its rows, with places; of own: what is inserted into the new table, after its name. {first ...} stands only in the query of a first fill';
COMMENT ON COLUMN saaskpi_internal.relations.kept IS
    'of keyed and rows: the table of the schema itself that keeps, of the rows that a refresh replaces, the columns that it has, with the publication that replaced them';
COMMENT ON COLUMN saaskpi_internal.relations.recalled IS 'what is asked instead of the query when an earlier run is looked back at; null for the query, which must then read relations alone';
COMMENT ON COLUMN saaskpi_internal.relations.adds IS 'of own: rows that a refresh adds, with places; asked when a {changed x} in it has any row';
COMMENT ON COLUMN saaskpi_internal.relations.grain IS 'what one row stands for, in few words';
COMMENT ON COLUMN saaskpi_internal.relations.comment IS 'what one row is, and a question it answers; the comment of the view';

CREATE TABLE saaskpi_internal.relation_branches (
    ordinal integer GENERATED ALWAYS AS IDENTITY,
    relation name NOT NULL,
    branch text NOT NULL,
    source name NOT NULL,
    query text NOT NULL,
    PRIMARY KEY (relation, branch)
);
COMMENT ON TABLE saaskpi_internal.relation_branches IS 'what domains contribute to relations that are not of one domain, such as the series that are forecast';
COMMENT ON COLUMN saaskpi_internal.relation_branches.ordinal IS 'order of insertion';
COMMENT ON COLUMN saaskpi_internal.relation_branches.relation IS 'relation whose query holds {branches}';
COMMENT ON COLUMN saaskpi_internal.relation_branches.branch IS 'name of the branch';
COMMENT ON COLUMN saaskpi_internal.relation_branches.source IS 'source without which it is left out';
COMMENT ON COLUMN saaskpi_internal.relation_branches.query IS 'its rows, with places, in the columns that the relation asks for';

CREATE TABLE saaskpi_internal.relation_columns (
    ordinal integer GENERATED ALWAYS AS IDENTITY,
    relation name NOT NULL,
    column_name name NOT NULL,
    unit text NOT NULL,
    expression text,
    base text,
    definition text,
    comment text NOT NULL,
    PRIMARY KEY (relation, column_name)
);
COMMENT ON TABLE saaskpi_internal.relation_columns IS 'the columns that the kpi relations show, in their order';
COMMENT ON COLUMN saaskpi_internal.relation_columns.ordinal IS 'order of insertion';
COMMENT ON COLUMN saaskpi_internal.relation_columns.relation IS 'relation';
COMMENT ON COLUMN saaskpi_internal.relation_columns.column_name IS 'name of the column';
COMMENT ON COLUMN saaskpi_internal.relation_columns.unit IS
    'money: an amount in the currency of kpi_settings; ratio: a share of one; date, text, boolean, time, integer; a plural counts what it names';
COMMENT ON COLUMN saaskpi_internal.relation_columns.expression IS 'what is shown, null for the stored column of that name';
COMMENT ON COLUMN saaskpi_internal.relation_columns.base IS 'of a rate: its denominator, over the columns of the stored table; unless it is above zero the rate must be null';
COMMENT ON COLUMN saaskpi_internal.relation_columns.definition IS 'of a table of the schema itself: type and constraints';
COMMENT ON COLUMN saaskpi_internal.relation_columns.comment IS 'what it means; the comment of the column';

CREATE TABLE saaskpi_internal.identities (
    ordinal integer GENERATED ALWAYS AS IDENTITY,
    identity text PRIMARY KEY,
    query text NOT NULL
);
COMMENT ON TABLE saaskpi_internal.identities IS 'what must hold before anything is published';
COMMENT ON COLUMN saaskpi_internal.identities.ordinal IS 'order of insertion';
COMMENT ON COLUMN saaskpi_internal.identities.identity IS 'name of the identity';
COMMENT ON COLUMN saaskpi_internal.identities.query IS 'its violations, one text each; checked when all it reads is there';

CREATE TABLE saaskpi_internal.identity_totals (
    relation name,
    total name,
    expression text NOT NULL,
    PRIMARY KEY (relation, total)
);
COMMENT ON TABLE saaskpi_internal.identity_totals IS 'what identities compare of relations with a row per customer: all totals of a relation are taken in one pass over it';
COMMENT ON COLUMN saaskpi_internal.identity_totals.relation IS 'the relation';
COMMENT ON COLUMN saaskpi_internal.identity_totals.total IS 'name of the total, in identities {total RELATION.TOTAL}';
COMMENT ON COLUMN saaskpi_internal.identity_totals.expression IS 'an aggregate over the stored table, a number';

CREATE TABLE saaskpi_internal.customer_details (
    ordinal integer GENERATED ALWAYS AS IDENTITY,
    detail name PRIMARY KEY,
    relation name NOT NULL,
    source name NOT NULL,
    column_name name NOT NULL,
    query text NOT NULL
);
COMMENT ON TABLE saaskpi_internal.customer_details IS
    'what customer_360 reads of a source that is too large to be stored a second time, of the rows it shows of a relation';
COMMENT ON COLUMN saaskpi_internal.customer_details.ordinal IS 'order of insertion';
COMMENT ON COLUMN saaskpi_internal.customer_details.detail IS 'name of the block';
COMMENT ON COLUMN saaskpi_internal.customer_details.relation IS 'relation whose rows they belong to; whoever may read it may read them';
COMMENT ON COLUMN saaskpi_internal.customer_details.source IS 'source read';
COMMENT ON COLUMN saaskpi_internal.customer_details.column_name IS 'column of both that the rows of the relation are found by in the source';
COMMENT ON COLUMN saaskpi_internal.customer_details.query IS 'its rows, with places; the day of the relation is among its columns, $1 are the values looked for, and of the source no others are read';

CREATE TABLE saaskpi_internal.known_later (
    relation name,
    column_name name,
    PRIMARY KEY (relation, column_name)
);
COMMENT ON TABLE saaskpi_internal.known_later IS
    'columns of relations whose rows have a day that tell what became known after it: customer_360 leaves them out on an earlier day';
COMMENT ON COLUMN saaskpi_internal.known_later.relation IS 'relation';
COMMENT ON COLUMN saaskpi_internal.known_later.column_name IS 'column of it';

CREATE TABLE saaskpi_internal.dictionary (
    ordinal integer GENERATED ALWAYS AS IDENTITY,
    name text PRIMARY KEY,
    relation name NOT NULL,
    column_name name NOT NULL,
    sources text NOT NULL,
    formula text NOT NULL,
    question text NOT NULL,
    definition text NOT NULL
);
COMMENT ON TABLE saaskpi_internal.dictionary IS 'the KPI dictionary, shown by kpi_catalog';
COMMENT ON COLUMN saaskpi_internal.dictionary.ordinal IS 'order of insertion';
COMMENT ON COLUMN saaskpi_internal.dictionary.name IS 'name of the KPI';
COMMENT ON COLUMN saaskpi_internal.dictionary.relation IS 'relation that holds it';
COMMENT ON COLUMN saaskpi_internal.dictionary.column_name IS 'column that holds it';
COMMENT ON COLUMN saaskpi_internal.dictionary.sources IS 'sources and settings it is computed from';
COMMENT ON COLUMN saaskpi_internal.dictionary.formula IS 'how it is computed';
COMMENT ON COLUMN saaskpi_internal.dictionary.question IS 'the question it answers';
COMMENT ON COLUMN saaskpi_internal.dictionary.definition IS 'the rule it follows, where others differ, and when it is null';

GRANT SELECT ON ALL TABLES IN SCHEMA saaskpi_internal TO PUBLIC;
