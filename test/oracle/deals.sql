-- The sales team of a data set: reps, quotas, opportunities, their histories
-- and the stages, here and as the extension finds them, and the views that the
-- answers about them are made of. After orders.sql.
CREATE TABLE sales_reps (sales_rep_id text, name text, team text, region text);
CREATE TABLE sales_quotas (sales_rep_id text, period text, quota numeric);
CREATE TABLE opportunities
(
    opportunity_id text,
    customer_id text,
    sales_rep_id text,
    name text,
    created_at timestamptz,
    amount numeric,
    stage text,
    closed_at timestamptz,
    expected_close date
);
CREATE TABLE opportunity_stages
(
    opportunity_id text,
    stage text,
    entered_at timestamptz,
    amount numeric
);
CREATE TABLE pipeline_stages
    (stage text, ordinal numeric, probability numeric, outcome text);

DROP TABLE IF EXISTS pg_temp.team;
CREATE TEMP TABLE team AS
SELECT s.*, CASE pg_temp.pick(seed, 6, 'team') WHEN 0 THEN '{}'
            WHEN 1 THEN '{opportunities}'
            WHEN 2 THEN '{opportunities,opportunity_stages}'
            ELSE '{sales_reps,sales_quotas,opportunities,opportunity_stages,'
                 'pipeline_stages}' END::text[] AS teams
FROM shop AS s;

INSERT INTO sales_reps
SELECT 'R' || i, CASE i % 3 WHEN 0 THEN NULL ELSE 'Rep ' || i END,
       'Team ' || i % 2, 'EU'
FROM team, generate_series(1, 8) AS i WHERE 'sales_reps' = ANY (teams);
INSERT INTO sales_quotas
SELECT CASE pg_temp.pick(seed, 20, 'whose quota', i) WHEN 0 THEN NULL
            ELSE 'R' || 1 + i % 9 END,
       CASE pg_temp.pick(seed, 20, 'odd month', i) WHEN 0 THEN '2024-13'
            WHEN 1 THEN NULL ELSE to_char(base::timestamp
                + make_interval(months => i / 9), 'YYYY-MM') END,
       CASE pg_temp.pick(seed, 9, 'quota', i) WHEN 0 THEN NULL WHEN 1 THEN -1
            WHEN 2 THEN 0 ELSE pg_temp.pick(seed, 90, 'how much', i) END
FROM team, generate_series(1, 9 * least(months + 2, 12)) AS i
WHERE 'sales_quotas' = ANY (teams);
INSERT INTO pipeline_stages
SELECT * FROM (VALUES ('Lead', 1, 0.1, 'open'), ('Demo', 2, 0.3, 'Open'),
                      ('Offer', 2, NULL, 'open'), ('Won', 8, 1, 'won'),
                      ('Gone', 9, 0, ' LOST'), ('Odd', 5, 2, 'what')) AS v
WHERE (SELECT 'pipeline_stages' = ANY (teams) AND seed % 2 = 0 FROM team);

INSERT INTO opportunities
SELECT CASE pg_temp.pick(seed, 25, 'no deal', i) WHEN 0 THEN NULL
            WHEN 1 THEN 'D' || i - 1 ELSE 'D' || i END,
       pg_temp.pick_text(seed, '{a,b,NULL,""}', 'deal of', i),
       pg_temp.pick_text(seed, '{R1,R2,R3,R9,NULL,""}', 'seller', i),
       pg_temp.pick_text(seed, '{x,NULL}', 'deal name', i),
       CASE pg_temp.pick(seed, 25, 'odd created', i) WHEN 0 THEN NULL
            WHEN 1 THEN 'infinity'::timestamptz
            WHEN 2 THEN '1912-03-04 05:06:07Z' ELSE at END,
       CASE pg_temp.pick(seed, 12, 'odd worth', i) WHEN 0 THEN NULL
            WHEN 1 THEN -5 WHEN 2 THEN 'NaN'::numeric
            ELSE pg_temp.pick(seed, 500, 'worth', i) / 4.0 END,
       pg_temp.pick_text(seed, '{Lead,Demo,Offer,Won,Gone,Closed Won,'
           'Closed Lost,Proposal,NULL,""}', 'stands', i),
       CASE pg_temp.pick(seed, 3, 'closed at', i) WHEN 0 THEN NULL ELSE
            at + make_interval(hours => pg_temp.pick(seed, 2400, 'took', i)
                                        - 100) END,
       CASE pg_temp.pick(seed, 2, 'expected', i) WHEN 0 THEN as_of - 20 + i END
FROM team, generate_series(1, pg_temp.pick(seed, 40, 'deals')) AS i,
     LATERAL (SELECT base::timestamp AT TIME ZONE zone + make_interval(hours =>
         pg_temp.pick(seed, 24 * (as_of - base + 3), 'found', i)) AS at) AS t
WHERE 'opportunities' = ANY (teams);
INSERT INTO opportunity_stages
SELECT DISTINCT ON (1, 2, 3)
       CASE pg_temp.pick(seed, 30, 'no such', i) WHEN 0 THEN NULL
            WHEN 1 THEN 'nobody'
            ELSE 'D' || 1 + pg_temp.pick(seed, 40, 'step of', i) END,
       pg_temp.pick_text(seed, '{Lead,Demo,Offer,Won,Gone,Closed Won,'
           'Closed Lost,Proposal,Lead,NULL}', 'to', i),
       CASE pg_temp.pick(seed, 30, 'odd entered', i) WHEN 0 THEN NULL
            WHEN 1 THEN 'infinity'::timestamptz
            ELSE base::timestamp AT TIME ZONE zone + make_interval(hours =>
                pg_temp.pick(seed, 24 * (as_of - base + 3), 'enters', i)) END,
       CASE pg_temp.pick(seed, 3, 'tells worth', i) WHEN 0 THEN NULL
            ELSE pg_temp.pick(seed, 500, 'then worth', i) / 4.0 END
FROM team, generate_series(1, pg_temp.pick(seed, 90, 'steps')) AS i
WHERE 'opportunity_stages' = ANY (teams);

SELECT format('CREATE TABLE %I.%I AS SELECT * FROM %2$I', :'acme', t)
FROM team, unnest(teams) AS t \gexec
UPDATE settings SET sources = settings.sources || teams FROM team;

-- Opportunities that have an id and are not of tomorrow: of rows of one id the
-- smallest; a time that cannot be is none, an amount that cannot be is none.
CREATE VIEW oracle_deal AS
SELECT DISTINCT ON (opportunity_id) *
FROM (SELECT opportunity_id,
             nullif(nullif(customer_id, ''), '(none)') COLLATE "C" AS customer_id,
             nullif(nullif(sales_rep_id, ''), '(none)') COLLATE "C"
                 AS sales_rep_id, name COLLATE "C" AS name,
             CASE WHEN isfinite(created_at)
                   AND (created_at AT TIME ZONE zone)::date >= earliest_date
                  THEN created_at END AS created_at,
             CASE WHEN amount >= 0 AND amount < 922337203685477
                  THEN oracle_money(amount) END AS amount,
             nullif(stage, '') COLLATE "C" AS stage, closed_at, expected_close
      FROM opportunities, settings
      WHERE opportunity_id <> ''
        AND coalesce(created_at = 'infinity'
                     OR created_at < (as_of + 1)::timestamp AT TIME ZONE zone,
                     true)) AS d
ORDER BY opportunity_id, customer_id, sales_rep_id, name, created_at, amount,
         stage, closed_at, expected_close;

CREATE VIEW oracle_entry AS
SELECT h.opportunity_id, h.stage, h.entered_at,
       CASE WHEN h.amount BETWEEN 0 AND 922337203685476.9999 THEN h.amount
           END AS amount
FROM opportunity_stages AS h, settings
WHERE h.stage <> '' AND isfinite(h.entered_at)
  AND (h.entered_at AT TIME ZONE zone)::date BETWEEN earliest_date AND as_of
  AND h.opportunity_id IN (SELECT opportunity_id FROM oracle_deal);

-- The stages, as written or the usual ones, and those nobody explained.
CREATE VIEW oracle_stage AS
WITH told AS
(
    SELECT stage, CASE WHEN ordinal > '-Infinity' AND ordinal < 'Infinity'
                       THEN ordinal END AS ordinal,
           CASE WHEN probability BETWEEN 0 AND 1 THEN probability END
               AS probability,
           CASE lower(btrim(outcome)) WHEN 'won' THEN 'won'
                WHEN 'lost' THEN 'lost' ELSE 'open' END AS outcome
    FROM pipeline_stages
    WHERE stage <> ''
    UNION ALL
    SELECT * FROM (VALUES ('Lead', 1, 0.10, 'open'),
        ('Qualified', 2, 0.25, 'open'), ('Proposal', 3, 0.50, 'open'),
        ('Negotiation', 4, 0.75, 'open'), ('Closed Won', 5, 1.00, 'won'),
        ('Closed Lost', 6, 0.00, 'lost')) AS v
    WHERE NOT EXISTS (SELECT FROM pipeline_stages WHERE stage <> '')
)
SELECT * FROM told
UNION ALL
SELECT stage, NULL, NULL, 'open'
FROM (SELECT coalesce(stage, '(none)') AS stage FROM oracle_deal
      UNION SELECT stage FROM oracle_entry) AS n
WHERE stage NOT IN (SELECT stage FROM told);

-- The last row of each history, also when that lies after as_of.
CREATE VIEW oracle_last AS
SELECT DISTINCT ON (e.opportunity_id) e.opportunity_id, e.entered_at,
       coalesce(s.outcome, 'open') AS outcome
FROM opportunity_stages AS e LEFT JOIN oracle_stage AS s USING (stage), settings
WHERE e.stage <> '' AND isfinite(e.entered_at)
  AND (e.entered_at AT TIME ZONE zone)::date >= earliest_date
  AND e.opportunity_id IN (SELECT opportunity_id FROM oracle_entry)
ORDER BY e.opportunity_id, e.entered_at DESC,
         (coalesce(s.outcome, 'open') <> 'open') DESC;

-- The steps of each: its history and, when it is older, where that began, and
-- when it was closed since, its close; or what creation and close tell.
CREATE VIEW oracle_step AS
WITH entry AS
(
    SELECT opportunity_id, d.stage, greatest(d.closed_at, l.entered_at) AS entered_at,
           d.amount, false AS has_history
    FROM oracle_deal AS d JOIN oracle_last AS l USING (opportunity_id)
    JOIN oracle_stage AS s ON s.stage = d.stage, settings
    WHERE l.outcome = 'open' AND s.outcome <> 'open'
      AND (d.closed_at AT TIME ZONE zone)::date
          BETWEEN (l.entered_at AT TIME ZONE zone)::date AND as_of
    UNION ALL
    SELECT opportunity_id, stage, entered_at, amount, true AS has_history
    FROM oracle_entry
    UNION ALL
    SELECT opportunity_id, '(none)', d.created_at,
           (SELECT e.amount FROM oracle_entry AS e LEFT JOIN oracle_stage AS s USING (stage)
            WHERE e.opportunity_id = d.opportunity_id
            ORDER BY e.entered_at, coalesce(s.outcome, 'open') <> 'open', s.ordinal,
                     e.stage COLLATE "C" LIMIT 1), false
    FROM oracle_deal AS d, settings
    WHERE (created_at AT TIME ZONE zone)::date <
          (SELECT min((e.entered_at AT TIME ZONE zone)::date)
           FROM oracle_entry AS e WHERE e.opportunity_id = d.opportunity_id)
    UNION ALL
    SELECT opportunity_id, CASE WHEN s.outcome <> 'open' THEN '(none)'
                                ELSE coalesce(d.stage, '(none)') END,
           created_at, amount, false
    FROM oracle_deal AS d LEFT JOIN oracle_stage AS s USING (stage)
    WHERE created_at IS NOT NULL
      AND opportunity_id NOT IN (SELECT opportunity_id FROM oracle_entry)
    UNION ALL
    SELECT opportunity_id, d.stage, c.closed, amount, false
    FROM oracle_deal AS d JOIN oracle_stage AS s USING (stage), settings,
         LATERAL (SELECT CASE WHEN closed_at > created_at THEN closed_at
                              ELSE created_at END AS closed) AS c
    WHERE created_at IS NOT NULL AND s.outcome <> 'open'
      AND (c.closed AT TIME ZONE zone)::date <= as_of
      AND opportunity_id NOT IN (SELECT opportunity_id FROM oracle_entry)
),
numbered AS
(
    SELECT e.*, coalesce(s.outcome, 'open') AS outcome, s.ordinal,
           row_number() OVER (PARTITION BY opportunity_id ORDER BY entered_at,
               coalesce(s.outcome, 'open') <> 'open', s.ordinal,
               e.stage COLLATE "C") AS step
    FROM entry AS e LEFT JOIN oracle_stage AS s USING (stage)
)
SELECT n.opportunity_id, n.step, n.stage, n.outcome, n.ordinal, n.entered_at,
       (n.entered_at AT TIME ZONE zone)::date AS entered_on, n.has_history,
       coalesce((SELECT b.amount FROM numbered AS b
                 WHERE b.opportunity_id = n.opportunity_id
                   AND b.step <= n.step AND b.amount IS NOT NULL
                 ORDER BY b.step DESC LIMIT 1),
                (SELECT amount FROM oracle_deal AS d
                 WHERE d.opportunity_id = n.opportunity_id), 0) AS amount
FROM numbered AS n, settings;

-- The last step of each up to the end of a day, since when it has had that
-- outcome and that stage: after the last step that had another.
CREATE VIEW oracle_standing AS
SELECT s.*, p.probability, f.entered_on AS created_on, f.entered_at AS began,
       (SELECT min(b.entered_at) FROM oracle_step AS b
        WHERE b.opportunity_id = s.opportunity_id AND NOT EXISTS
            (SELECT FROM oracle_step AS o
             WHERE o.opportunity_id = s.opportunity_id AND o.step >= b.step
               AND o.outcome <> s.outcome)) AS outcome_since,
       (SELECT min(b.entered_at) FROM oracle_step AS b
        WHERE b.opportunity_id = s.opportunity_id AND NOT EXISTS
            (SELECT FROM oracle_step AS o
             WHERE o.opportunity_id = s.opportunity_id AND o.step >= b.step
               AND o.stage <> s.stage)) AS stage_since
FROM oracle_step AS s
JOIN oracle_step AS f ON f.opportunity_id = s.opportunity_id AND f.step = 1
LEFT JOIN oracle_stage AS p ON p.stage = s.stage
WHERE NOT EXISTS (SELECT FROM oracle_step AS l
                  WHERE l.opportunity_id = s.opportunity_id
                    AND l.step > s.step);
