-- Amounts as billing systems write them: whole numbers of the smallest unit of
-- a currency, and prices in tiers.

CREATE FUNCTION saaskpi.from_minor_units(amount numeric, currency text, decimals jsonb DEFAULT NULL)
    RETURNS numeric
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN amount * CASE coalesce(decimals ->> upper(currency),
        CASE WHEN upper(currency) IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF', 'XPF') THEN '0'
             WHEN upper(currency) IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN '3'
             WHEN upper(currency) IN ('CLF', 'UYW') THEN '4' ELSE '2' END)
    WHEN '0' THEN 1 WHEN '1' THEN 0.1 WHEN '2' THEN 0.01 WHEN '3' THEN 0.001 WHEN '4' THEN 0.0001 END;
COMMENT ON FUNCTION saaskpi.from_minor_units(numeric, text, jsonb) IS
    'an amount from the smallest unit of its currency: 1099 is 10.99 in EUR, 1099 in JPY and 1.099 in KWD, by ISO 4217; decimals says where a billing system differs, {"ISK": "2"}, from 0 to 4; an unknown currency has 2';

-- What a tier holds beyond the one before it; the last has no upper end.
CREATE FUNCTION saaskpi.tiered_amount(tiers jsonb, mode text, quantity numeric)
    RETURNS numeric
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (SELECT CASE mode
                    WHEN 'graduated' THEN sum(t.unit * (least(t.up_to, quantity) - t.above) + t.flat) FILTER (WHERE quantity > t.above OR quantity = 0 AND t.above = 0)
                    WHEN 'volume' THEN sum(t.unit * quantity + t.flat) FILTER (WHERE (quantity > t.above OR quantity = 0 AND t.above = 0) AND quantity <= t.up_to) END
          FROM (SELECT coalesce(e.value ->> 'unit_amount_decimal', e.value ->> 'unit_amount', '0')::numeric AS unit,
                       coalesce(e.value ->> 'flat_amount_decimal', e.value ->> 'flat_amount', '0')::numeric AS flat,
                       coalesce(nullif(e.value ->> 'up_to', 'inf'), 'Infinity')::numeric AS up_to,
                       coalesce(lag((e.value ->> 'up_to')::numeric) OVER (ORDER BY e.place), 0) AS above
                  FROM jsonb_array_elements(CASE jsonb_typeof(tiers) WHEN 'array' THEN tiers ELSE '[]' END) WITH ORDINALITY AS e(value, place)) AS t);
COMMENT ON FUNCTION saaskpi.tiered_amount(jsonb, text, numeric) IS
    'price of a quantity in tiers [{"up_to": 10, "unit_amount": 500, "flat_amount": 0}, {"up_to": null, "unit_amount": 400}], as Stripe writes them: graduated (each unit at the price of its tier, and the flat amount of every tier reached) or volume (all units at the price of the tier that holds the last); of nothing the flat amount of the first tier; null for another mode and without tiers';
