-- What the words of a source mean, as tables of the user's say.

CREATE FUNCTION saaskpi_internal.meaning(map jsonb, word text)
    RETURNS text
    AS 'MODULE_PATHNAME', 'saaskpi_meaning' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi_internal.meaning(jsonb, text) IS
    'what a map says of a word, in small letters and without blanks around; null where it says nothing';
