-- The events that were missing in the refresh before.
SELECT statement FROM event_way WHERE part = 2 \gexec
