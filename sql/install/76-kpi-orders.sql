-- Orders: the shop's sources, and every order with what it is worth.

INSERT INTO saaskpi_internal.sources (source, key, label, one_row_per_key, unusable, input, description) VALUES
('orders', '{order_id}', $$nullif(order_id, ''), '(no id)'$$, true, NULL, $sql$
SELECT {key order_id} AS order_id, {order_id} AS order_text, {key customer_id} AS customer_id, {customer_id} AS customer_text, {ordered_at} AS ordered_at,
       saaskpi_internal.day_of({ordered_at}, {setting time_zone}) AS ordered_on,
       coalesce(saaskpi_internal.meaning({map kpi_order_statuses}, {status}), 'counts') AS status,
       {channel} AS channel, {region} AS region, {country} AS country, {sales_rep_id} AS sales_rep_id, {key returned_order_id} AS returned_order_id
  FROM {from} AS orders
 WHERE {ordered_at} >= {setting earliest_date}::date::timestamp AT TIME ZONE {setting time_zone}
   AND {ordered_at} < ({as_of} + 1)::timestamp AT TIME ZONE {setting time_zone}$sql$,
 'Source table of saaskpi: one row per order, returns included. No foreign key to customers: an order of an unknown customer is loaded and listed by check_sources'),
('order_lines', '{order_id,line_no}', $$'order ' || order_id || ' line ' || nullif(line_no, ''), 'order ' || order_id, '(no order)'$$, true,
 'SELECT (SELECT count(*) FROM {from} AS i) - (SELECT coalesce(sum(o.lines), 0) FROM {kpi_orders} AS o)', $sql$
SELECT {key order_id} AS order_id, {order_id} AS order_text, {key line_no} AS line_no, {product_id} AS product_id, {quantity} AS quantity, {unit_price} AS unit_price,
       saaskpi_internal.line_amount({quantity}, {unit_price}) AS amount,
       CASE WHEN {discount} IS NULL THEN 0 ELSE saaskpi.money_units({discount}) END AS discount
  FROM {from} AS order_lines$sql$,
 'Source table of saaskpi: one row per product in an order; a return is a line with a negative quantity in an order of its own date'),
('products', '{product_id}', $$nullif(product_id, ''), '(no id)'$$, true, NULL, $sql$
SELECT {key product_id} AS product_id, {name} AS name, {category} AS category, {list_price} AS list_price,
       CASE WHEN {unit_cost} >= 0 AND {unit_cost} < 922337203685477 THEN {unit_cost} END AS unit_cost
  FROM {from} AS products$sql$,
 'Source table of saaskpi: one row per product');

INSERT INTO saaskpi_internal.relations (relation, maintained, key, grain, comment, query) VALUES
('kpi_order_statuses', 'own', '{status}', 'status',
 'What the words in status of orders mean: one row per word, in small letters, yours to change; the next refresh applies it. Which orders are sales?',
 $sql$(status, meaning) SELECT w, m.meaning
  FROM (VALUES ('counts', '{completed,complete,paid,partially_paid,processing,in_progress,shipped,partially_shipped,delivered,fulfilled,partially_fulfilled,unfulfilled,closed,confirmed,invoiced,success,sale,refunded,partially_refunded,returned,return,credit,wc-completed,wc-processing,wc-refunded}'::text[]),
               ('cancelled', '{cancelled,canceled,void,voided,failed,declined,expired,rejected,deleted,wc-cancelled,wc-failed}'),
               ('ignore', '{pending,pending_payment,awaiting_payment,on-hold,on_hold,draft,checkout-draft,quote,cart,abandoned,open,authorized,payment_review,trash,test,holded,fraud,wc-pending,wc-on-hold,wc-checkout-draft}')) AS m(meaning, words), unnest(m.words) AS w$sql$);

INSERT INTO saaskpi_internal.relation_columns (relation, column_name, unit, definition, comment) VALUES
('kpi_order_statuses', 'status', 'text', 'text NOT NULL CHECK (status = lower(btrim(status)))', 'Word of status in small letters, without blanks around.'),
('kpi_order_statuses', 'meaning', 'text', $$text NOT NULL CHECK (meaning IN ('counts', 'cancelled', 'ignore'))$$,
 'counts (a sale or a return), cancelled (left out and counted as such) or ignore (not an order yet, left out). An order without a status, or with a word that is not here, counts.');

INSERT INTO saaskpi_internal.source_columns (source, column_name, kind, needed, required, created, check_clause, description) VALUES
('orders', 'order_id', 'text', true, true, true, NULL, 'Identifier of the order'),
('orders', 'customer_id', 'text', false, false, true, NULL, 'Customer who ordered; empty for a guest'),
('orders', 'ordered_at', 'timestamptz', true, true, true, $$ordered_at >= '0001-01-01' AND ordered_at < '10000-01-01'$$, 'When it was ordered, or of a return when it came back'),
('orders', 'status', 'text', false, false, true, NULL, 'completed, cancelled, or a word that kpi_order_statuses explains; empty counts'),
('orders', 'channel', 'text', false, false, true, NULL, 'Sales channel, such as Web, Store, Phone or Partner'),
('orders', 'region', 'text', false, false, true, NULL, 'Region of the sale'),
('orders', 'sales_rep_id', 'text', false, false, true, NULL, 'Sales rep who won it, of sales_reps; empty for nobody'),
('orders', 'country', 'text', false, false, false, NULL, 'Country of the sale; where empty or absent that of the customer is taken'),
('orders', 'currency', 'text', false, false, false, NULL, 'Currency of the amounts; more than one stops a refresh'),
('orders', 'returned_order_id', 'text', false, false, false, NULL, 'Of a return the order in which the goods were sold; empty where it is not known'),
('order_lines', 'order_id', 'text', true, true, true, NULL, 'Order the line belongs to'),
('order_lines', 'line_no', 'text', false, false, true, NULL, 'Identifier of the line within its order; of rows of one order and line_no one is read. Empty where lines have none'),
('order_lines', 'product_id', 'text', false, false, true, NULL, 'Product sold, of products'),
('order_lines', 'quantity', 'numeric', true, true, true, 'abs(quantity) < 1000000000000', 'Units sold; below zero for a return'),
('order_lines', 'unit_price', 'numeric', true, true, true, 'unit_price >= 0 AND unit_price < 922337203685477', 'Price of one unit; the amount of the line is rounded half to even to 4 decimals'),
('order_lines', 'discount', 'numeric', false, false, true, 'abs(discount) < 922337203685477', 'Amount off the whole line; empty for none'),
('products', 'product_id', 'text', true, true, true, NULL, 'Identifier of the product'),
('products', 'name', 'text', false, false, true, NULL, 'Name of the product'),
('products', 'category', 'text', false, false, true, NULL, 'Category the product is counted under'),
('products', 'list_price', 'numeric', false, false, true, 'list_price >= 0 AND list_price < 922337203685477', 'Price of the list; used for no number'),
('products', 'unit_cost', 'numeric', false, false, true, 'unit_cost >= 0 AND unit_cost < 922337203685477', 'What one unit costs, for margins; not rounded before it is multiplied');

INSERT INTO saaskpi_internal.source_lookups (source, lookup, clause) VALUES
('orders', 'known', $$LEFT JOIN (SELECT member, min(signup_date) AS signup_date FROM customers GROUP BY member) AS known ON known.member = r.member$$),
('orders', 'sold', $$LEFT JOIN (SELECT order_id, min(ordered_at) AS sold_at FROM orders GROUP BY order_id) AS sold ON sold.order_id = r.returned_order_id$$),
('orders', 'held', $$LEFT JOIN (SELECT DISTINCT order_id FROM order_lines) AS held ON held.order_id = r.order_id$$),
('order_lines', 'placed', $$LEFT JOIN (SELECT DISTINCT order_id FROM orders) AS placed ON placed.order_id = r.order_id$$),
('order_lines', 'listed', $$LEFT JOIN (SELECT DISTINCT product_id FROM products) AS listed ON listed.product_id = r.product_id$$);

INSERT INTO saaskpi_internal.source_rules (source, severity, rule, needs, condition, query, amount, impossible_by, consequence) VALUES
('orders', 'error', 'order_id_missing', '{orders.order_id}',
 $$r.order_id IS NULL OR r.order_id IN ('', '(none)')$$, NULL, NULL, NULL, 'The order is not used, as no line can belong to it; an empty text and (none) are no id either.'),
('orders', 'error', 'order_id_duplicate', '{orders.order_id}',
 NULL, $$SELECT order_id, count(*) - 1, NULL::numeric FROM orders WHERE order_id NOT IN ('', '(none)') GROUP BY order_id HAVING count(*) > 1$$, NULL, '{order_id}',
 'One row per order is used, the first by customer and time; the others are ignored.'),
('orders', 'error', 'ordered_at_missing', '{orders.ordered_at}', 'r.ordered_at IS NULL', NULL, NULL, NULL, 'The order and its lines are not used.'),
('orders', 'error', 'ordered_at_infinite', '{orders.ordered_at}', 'NOT isfinite(r.ordered_at)', NULL, NULL, NULL, 'The order and its lines are not used.'),
('orders', 'error', 'ordered_at_implausible', '{orders.ordered_at}',
 $$r.ordered_at < {setting earliest_date}::date::timestamp AT TIME ZONE {setting time_zone} AND isfinite(r.ordered_at)$$, NULL, NULL, NULL,
 'The order and its lines are not used, as it lies before earliest_date of kpi_settings.'),
('orders', 'warning', 'ordered_at_is_a_day', '{orders.ordered_at}', NULL,
 saaskpi_internal.is_a_day_query('orders', 'ordered_at'), NULL, NULL,
 'Every ordered_at is a midnight in UTC, so it seems to be of days, and in time_zone it falls on the day before. Let ordered_at be a date, which is read in time_zone.'),
('orders', 'warning', 'orders_stopped', '{orders.ordered_at}', NULL,
 saaskpi_internal.stopped_query('orders', 'ordered_at', true), NULL, NULL,
 'Nothing came after that day, though something did on most days before: it looks as if everybody had left. Has the export stopped? Else let as_of of kpi_settings be its last day.'),
('orders', 'warning', 'ordered_at_in_future', '{orders.ordered_at}',
 $$r.ordered_at >= ($1 + 1)::timestamp AT TIME ZONE {setting time_zone} AND isfinite(r.ordered_at)$$, NULL, NULL, NULL, 'The order does not count before that day.'),
('orders', 'info', 'order_customer_missing', '{orders.customer_id}',
 $$r.customer_id IS NULL OR r.customer_id IN ('', '(none)')$$, NULL, NULL, NULL, 'The order counts as a sale to nobody known: in no number of customers, and in no segment.'),
('orders', 'warning', 'order_customer_is_a_word', '{orders.customer_id}',
 'saaskpi_internal.is_a_word(r.customer_id)', NULL, NULL, NULL,
 'All such orders count as those of one customer. Where it stands for a guest, make it empty: nullif(customer_id, ...).'),
('orders', 'warning', 'order_unknown_customer', '{orders.customer_id,customers.customer_id}',
 $$r.customer_id NOT IN ('', '(none)') AND known.member IS NULL$$, NULL, NULL, NULL, 'The order counts; its customer has no attributes.'),
('orders', 'warning', 'order_before_signup', '{orders.customer_id,orders.ordered_at,customers.customer_id,customers.signup_date}',
 $$r.ordered_at < CASE WHEN known.signup_date BETWEEN '0001-01-01' AND '9999-12-31' THEN known.signup_date END::timestamp AT TIME ZONE {setting time_zone} AND isfinite(r.ordered_at)$$,
 NULL, NULL, NULL, 'The order counts.'),
('orders', 'info', 'order_status_missing', '{orders.status}', $$r.status IS NULL OR btrim(r.status) = ''$$, NULL, NULL, NULL, 'The order counts.'),
('orders', 'error', 'order_status_unknown', '{orders.status}',
 $$btrim(r.status) <> '' AND NOT {map kpi_order_statuses} ? lower(btrim(r.status))$$, NULL, NULL, NULL,
 'The order counts. Say what the word means: INSERT INTO kpi_order_statuses, then refresh.'),
('orders', 'info', 'order_status_odd_case', '{orders.status}',
 $$r.status <> lower(btrim(r.status)) AND {map kpi_order_statuses} ? lower(btrim(r.status))$$, NULL, NULL, NULL, 'It is read as if written in small letters without blanks around.'),
('orders', 'info', 'order_status_ignored', '{orders.status}',
 $$saaskpi_internal.meaning({map kpi_order_statuses}, r.status) = 'ignore'$$, NULL, NULL, NULL, 'The order does not count, as kpi_order_statuses says ignore.'),
('orders', 'warning', 'refund_without_return', '{orders.status,orders.customer_id,order_lines.quantity}', NULL,
 $$SELECT o.label, 1::bigint, NULL::numeric FROM orders AS o
    WHERE lower(btrim(o.status)) IN ('refunded', 'partially_refunded', 'wc-refunded', 'returned', 'return', 'credit')
      AND coalesce(o.member, '') NOT IN (SELECT coalesce(p.member, '') FROM orders AS p JOIN order_lines AS l ON l.order_id = p.order_id WHERE l.quantity < 0)$$, NULL, NULL,
 'It counts as sold, as no line below zero of its customer is known. Bring in what came back, or let kpi_order_statuses ignore the word.'),
('orders', 'warning', 'returned_order_unknown', '{orders.returned_order_id,orders.order_id}',
 $$r.returned_order_id NOT IN ('', '(none)') AND sold.order_id IS NULL$$, NULL, NULL, NULL, 'What came back counts on the day it did, also by the day of the sale.'),
('orders', 'warning', 'returned_before_sold', '{orders.returned_order_id,orders.order_id,orders.ordered_at}',
 'r.ordered_at < sold.sold_at', NULL, NULL, NULL, 'What came back counts on the day it did, also by the day of the sale.'),
('orders', 'warning', 'order_without_lines', '{orders.order_id,order_lines.order_id}',
 $$r.order_id NOT IN ('', '(none)') AND held.order_id IS NULL$$, NULL, NULL, NULL, 'It counts as an order of nothing.'),
('order_lines', 'error', 'line_order_missing', '{order_lines.order_id}',
 $$r.order_id IS NULL OR r.order_id IN ('', '(none)')$$, NULL, 'r.quantity * r.unit_price', NULL, 'The line is not used.'),
('order_lines', 'error', 'line_unknown_order', '{order_lines.order_id,orders.order_id}',
 $$r.order_id NOT IN ('', '(none)') AND placed.order_id IS NULL$$, NULL, 'r.quantity * r.unit_price', NULL, 'The line is not used, as it has no date.'),
('order_lines', 'info', 'line_no_missing', '{order_lines.line_no}', $$r.line_no IS NULL OR r.line_no IN ('', '(none)')$$, NULL, NULL, NULL, 'The line counts, but a repeat of it cannot be noticed.'),
('order_lines', 'error', 'line_no_duplicate', '{order_lines.order_id,order_lines.line_no}',
 NULL, $$SELECT min(label), count(*) - 1, sum(abs(quantity * unit_price)) - max(abs(quantity * unit_price)) FROM order_lines WHERE order_id IS NOT NULL AND line_no NOT IN ('', '(none)')
   GROUP BY order_id, line_no HAVING count(*) > 1$$, NULL, '{order_id,line_no}',
 'Of the rows of one order and line_no one is used; the others are ignored.'),
('order_lines', 'warning', 'line_product_missing', '{order_lines.product_id}', $$r.product_id IS NULL OR r.product_id IN ('', '(none)')$$, NULL, NULL, NULL,
 'The line counts under product (none) and category (none).'),
('order_lines', 'warning', 'line_unknown_product', '{order_lines.product_id,products.product_id}',
 $$r.product_id NOT IN ('', '(none)') AND listed.product_id IS NULL$$, NULL, NULL, NULL, 'The line counts under that product, in category (none) and without a margin.'),
('order_lines', 'error', 'quantity_missing', '{order_lines.quantity}', 'r.quantity IS NULL', NULL, NULL, NULL, 'The line is not used.'),
('order_lines', 'warning', 'quantity_zero', '{order_lines.quantity}', 'r.quantity = 0', NULL, NULL, NULL, 'The line counts for nothing but its discount.'),
('order_lines', 'error', 'unit_price_missing', '{order_lines.unit_price}', 'r.unit_price IS NULL', NULL, NULL, NULL, 'The line is not used.'),
('order_lines', 'info', 'unit_price_zero', '{order_lines.unit_price}', 'r.unit_price = 0', NULL, NULL, NULL,
 'The line counts its units, and an order of nothing else counts as one. Leave out what is no sale, as stock that is written off or the parts of a set.'),
('order_lines', 'error', 'unit_price_negative', '{order_lines.unit_price}', $$r.unit_price < 0 AND r.unit_price > '-Infinity'$$, NULL, 'r.quantity * r.unit_price', NULL,
 'The line is not used; a return has a negative quantity, and what is taken off is a discount.'),
('order_lines', 'error', 'line_not_finite', '{order_lines.quantity,order_lines.unit_price}',
 $$r.quantity IN ('NaN', 'Infinity', '-Infinity') OR r.unit_price IN ('NaN', 'Infinity', '-Infinity') OR r.discount IN ('NaN', 'Infinity', '-Infinity')$$, NULL, NULL, NULL, 'The line is not used.'),
('order_lines', 'error', 'line_too_large', '{order_lines.quantity,order_lines.unit_price}',
 $$abs(r.quantity) < 'Infinity' AND abs(r.unit_price) < 'Infinity' AND (abs(r.quantity * r.unit_price) >= 922337203685477 OR abs(r.discount) >= 922337203685477 AND abs(r.discount) < 'Infinity')$$, NULL, NULL, NULL,
 'The line is not used; amounts below 922337203685477 are.'),
('order_lines', 'error', 'quantity_out_of_range', '{order_lines.quantity,order_lines.unit_price}',
 $$(abs(r.quantity) >= 1000000000000 OR scale(r.quantity) > 20) AND abs(r.quantity * r.unit_price) < 922337203685477$$, NULL, NULL, NULL,
 'The line is not used; quantities below 1000000000000 with at most 20 decimals are.'),
('order_lines', 'warning', 'discount_negative', '{order_lines.discount}', $$r.discount < 0 AND r.discount > '-Infinity' AND (r.quantity < 0) IS NOT TRUE$$, NULL, 'r.discount', NULL, 'It counts as a surcharge: a discount below zero.'),
('order_lines', 'warning', 'discount_of_return', '{order_lines.discount,order_lines.quantity}', $$r.discount > 0 AND r.discount < 'Infinity' AND r.quantity < 0$$, NULL, 'r.discount', NULL,
 'It counts: more is given back than the price. A return of what was sold at a discount has that discount below zero.'),
('order_lines', 'warning', 'discount_above_amount', '{order_lines.discount,order_lines.quantity,order_lines.unit_price}',
 $$r.quantity > 0 AND r.discount > r.quantity * r.unit_price + 0.001 AND r.unit_price >= 0 AND r.discount < 'Infinity'$$, NULL, 'r.discount - r.quantity * r.unit_price', NULL,
 'It counts; the line is worth less than nothing.'),
('products', 'error', 'product_id_missing', '{products.product_id}', $$r.product_id IS NULL OR r.product_id IN ('', '(none)')$$, NULL, NULL, NULL, 'The row is not used.'),
('products', 'error', 'product_id_duplicate', '{products.product_id}',
 NULL, $$SELECT product_id, count(*) - 1, NULL::numeric FROM products WHERE product_id NOT IN ('', '(none)') GROUP BY product_id HAVING count(*) > 1$$, NULL, '{product_id}',
 'One row per product is used, the first by name; the others are ignored.'),
('products', 'warning', 'product_name_missing', '{products.name}', $$r.name IS NULL OR r.name = ''$$, NULL, NULL, NULL, 'The product is shown by its id.'),
('products', 'warning', 'product_category_missing', '{products.category}', $$r.category IS NULL OR r.category = ''$$, NULL, NULL, NULL, 'The product counts under category (none).'),
('products', 'info', 'list_price_missing', '{products.list_price}', 'r.list_price IS NULL', NULL, NULL, NULL, 'Nothing depends on it.'),
('products', 'warning', 'list_price_negative', '{products.list_price}', 'r.list_price < 0', NULL, NULL, NULL, 'Nothing depends on it.'),
('products', 'warning', 'unit_cost_missing', '{products.unit_cost}', 'r.unit_cost IS NULL', NULL, NULL, NULL, 'The product has no margin.'),
('products', 'error', 'unit_cost_negative', '{products.unit_cost}', 'r.unit_cost < 0', NULL, NULL, NULL, 'The cost is not used; the product has no margin.'),
('products', 'error', 'unit_cost_unusable', '{products.unit_cost}', 'r.unit_cost >= 922337203685477', NULL, NULL, NULL, 'The cost is not used, as it is infinite, without a value (NaN) or too large; the product has no margin.');

INSERT INTO saaskpi_internal.source_rules (source, severity, rule, needs, query, refuses, consequence) VALUES
('orders', 'error', 'order_currencies', '{orders.currency}',
 $$SELECT currency, rows, NULL::numeric FROM (SELECT upper(btrim(currency)) AS currency, count(*) AS rows, count(*) OVER () AS currencies FROM orders WHERE btrim(currency) <> '' GROUP BY 1) AS q
    WHERE currencies > 1$$, true,
 'A refresh refuses to add up amounts of several currencies; put a view of one of them in place of the table.'),
('orders', 'warning', 'order_currency_unlike_settings', '{orders.currency}',
 $$SELECT currency, rows, NULL::numeric FROM (SELECT upper(btrim(currency)) AS currency, count(*) AS rows, count(*) OVER () AS currencies FROM orders WHERE btrim(currency) <> '' GROUP BY 1) AS q
    WHERE currencies = 1 AND saaskpi_internal.is_foreign(currency, {setting currency})$$, false,
 'Sales are shown as if they were in currency of kpi_settings; nothing converts them.');

INSERT INTO saaskpi_internal.relations (relation, maintained, needs, key, indexes, key_sources, grain, comment, query) VALUES
('kpi_orders', 'keyed', '{orders}', '{order_id}', '{"customer_id, ordered_on"}', '{orders}', 'order',
 'Every order with what it is worth: one row per order. Which orders are behind the sales of Tuesday?', $sql$
SELECT o.order_id, o.customer_id, o.ordered_at, o.ordered_on, o.status,
       coalesce(l.s[1] > 0 AND l.s[2] = 0 AND l.s[3] > 0, false) AS is_return,
       o.channel, o.region, coalesce(nullif(o.country, ''), c.country) AS country, o.sales_rep_id, c.segment,
       coalesce(saaskpi_internal.order_gross(l.s), CASE WHEN {filled order_lines} THEN 0.00 END) AS gross, coalesce(saaskpi_internal.order_discounts(l.s), CASE WHEN {filled order_lines} THEN 0.00 END) AS discounts,
       coalesce(saaskpi_internal.order_returns(l.s), CASE WHEN {filled order_lines} THEN 0.00 END) AS returns, coalesce(saaskpi_internal.order_net(l.s), CASE WHEN {filled order_lines} THEN 0.00 END) AS net,
       coalesce(saaskpi_internal.order_units(l.s), CASE WHEN {filled order_lines} THEN 0 END) AS units, coalesce(saaskpi_internal.order_units_returned(l.s), CASE WHEN {filled order_lines} THEN 0 END) AS units_returned,
       coalesce(l.s[1], CASE WHEN {filled order_lines} THEN 0 END) AS lines, coalesce(l.s[19], CASE WHEN {filled order_lines} THEN 0 END) AS products, o.returned_order_id
  FROM (SELECT * FROM {orders} AS k WHERE {half k.order_text} {sorted orders.order_id k.order_text}) AS o
  LEFT JOIN (SELECT i.order_text, saaskpi_internal.order_sums(i.quantity, i.amount, i.discount, i.product_id) AS s
               FROM {order_lines} AS i WHERE {half i.order_text} GROUP BY i.order_text {sorted order_lines.order_id i.order_text}) AS l ON l.order_text = o.order_text
  LEFT JOIN {customers} AS c ON c.customer_text = o.customer_text AND o.customer_id IS NOT NULL
 WHERE o.order_id IS NOT NULL
$sql$);

INSERT INTO saaskpi_internal.relation_columns (relation, column_name, unit, comment) VALUES
('kpi_orders', 'order_id', 'text', 'Order.'),
('kpi_orders', 'customer_id', 'text', 'Customer who ordered; NULL for a guest.'),
('kpi_orders', 'ordered_at', 'timestamp', 'When it was ordered, or of a return when it came back.'),
('kpi_orders', 'ordered_on', 'date', 'The day of that in time_zone of kpi_settings.'),
('kpi_orders', 'status', 'text', 'What kpi_order_statuses makes of its status: counts, cancelled or ignore; only what counts is in sales.'),
('kpi_orders', 'is_return', 'boolean', 'True when lines came back and nothing was sold: its amounts count, but it is no order of kpi_sales.'),
('kpi_orders', 'channel', 'text', 'Sales channel.'),
('kpi_orders', 'region', 'text', 'Region of the sale.'),
('kpi_orders', 'country', 'text', 'Country of the sale, else that of the customer.'),
('kpi_orders', 'sales_rep_id', 'text', 'Sales rep who won it.'),
('kpi_orders', 'segment', 'text', 'Segment of the customer, as customers has it now.'),
('kpi_orders', 'gross', 'money', 'quantity * unit_price of the lines sold, before discounts. This and all that follows from lines is NULL while order_lines is absent or empty.'),
('kpi_orders', 'discounts', 'money', 'Discounts of all lines.'),
('kpi_orders', 'returns', 'money', 'quantity * unit_price of the lines that came back, as a positive amount.'),
('kpi_orders', 'net', 'money', 'gross - discounts - returns.'),
('kpi_orders', 'units', 'units', 'Units sold.'),
('kpi_orders', 'units_returned', 'units', 'Units that came back.'),
('kpi_orders', 'lines', 'lines', 'Lines that count.'),
('kpi_orders', 'products', 'products', 'Different products among them.'),
('kpi_orders', 'returned_order_id', 'text', 'Of a return the order in which the goods were sold; NULL where it is not known.');

INSERT INTO saaskpi_internal.customer_details (detail, relation, source, column_name, query) VALUES
('order_lines', 'kpi_orders', 'order_lines', 'order_id', $sql$
SELECT o.ordered_on, o.order_id, o.status, l.line_no, nullif(l.product_id, '') AS product_id, p.name AS product, p.category, l.quantity, l.unit_price,
       saaskpi_internal.as_money(l.discount) AS discount, saaskpi_internal.as_money(l.amount - l.discount) AS net
  FROM {order_lines} AS l
  JOIN {kpi_orders} AS o ON o.order_id = l.order_id
  LEFT JOIN {products} AS p ON p.product_id = l.product_id
 WHERE o.order_id = ANY ($1) AND l.amount IS NOT NULL AND l.discount IS NOT NULL
$sql$);

-- Lines are not stored a second time, and a view above the sources would keep
-- the application from altering them: so they are read when asked for.
CREATE FUNCTION saaskpi_internal.transactions_work(schema_name name, relation text)
RETURNS TABLE (invoice text, line bigint, invoice_date timestamptz, customer_id text, country text, stock_code text, description text, category text, quantity numeric, price numeric, discount numeric, revenue numeric)
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    -- what the caller may read is what she was let in for
    IF relation IS DISTINCT FROM 'transactions_clean' THEN
        RAISE EXCEPTION 'transactions are those of transactions_clean, not of %', relation USING ERRCODE = 'invalid_parameter_value';
    END IF;
    RETURN QUERY EXECUTE saaskpi_internal.expand($sql$
        SELECT o.order_id, row_number() OVER (PARTITION BY o.order_id ORDER BY l.line_no COLLATE "C", l.product_id COLLATE "C", l.quantity, l.unit_price, l.discount), o.ordered_at, o.customer_id, o.country,
               nullif(l.product_id, ''), p.name, p.category, l.quantity, l.unit_price, saaskpi_internal.as_money(l.discount), saaskpi_internal.as_money(l.amount - l.discount)
          FROM {order_lines} AS l
          JOIN {kpi_orders} AS o ON o.order_id = l.order_id
          LEFT JOIN {products} AS p ON p.product_id = l.product_id
         WHERE o.status = 'counts' AND l.amount IS NOT NULL AND l.discount IS NOT NULL$sql$, saaskpi_internal.environment(schema_name));
END
$$;
COMMENT ON FUNCTION saaskpi_internal.transactions_work(name, text) IS 'the work of transactions';

CREATE FUNCTION saaskpi_internal.transactions(schema_name name, relation text)
RETURNS TABLE (invoice text, line bigint, invoice_date timestamptz, customer_id text, country text, stock_code text, description text, category text, quantity numeric, price numeric, discount numeric, revenue numeric)
    ROWS 1000000
    AS 'MODULE_PATHNAME', 'saaskpi_as_owner_or_reader_of' LANGUAGE C;
COMMENT ON FUNCTION saaskpi_internal.transactions(name, text) IS 'the rows of transactions_clean; open to whoever may read that';

INSERT INTO saaskpi_internal.relations (relation, maintained, needs, key, grain, comment, query) VALUES
('transactions_clean', 'shown', '{orders,order_lines}', '{invoice,line}', 'line',
 'Lines of invoices as transactions_clean.csv has them: one row per line that counts in sales, returns below zero, read from the sources when asked for. Which lines are behind the net of an order?', $sql$
SELECT t.*
  FROM saaskpi_internal.transactions((SELECT n.nspname FROM {schema}.kpi_settings AS s JOIN pg_class AS c ON c.oid = s.tableoid JOIN pg_namespace AS n ON n.oid = c.relnamespace), 'transactions_clean') AS t
$sql$);

INSERT INTO saaskpi_internal.relation_columns (relation, column_name, unit, comment) VALUES
('transactions_clean', 'invoice', 'text', 'Order: order_id of kpi_orders.'),
('transactions_clean', 'line', 'number', 'Place within it, by line_no and product.'),
('transactions_clean', 'invoice_date', 'timestamp', 'When it was ordered, or of a return when it came back.'),
('transactions_clean', 'customer_id', 'text', 'Customer; NULL for a guest.'),
('transactions_clean', 'country', 'text', 'Country of the sale, else that of the customer.'),
('transactions_clean', 'stock_code', 'text', 'Product.'),
('transactions_clean', 'description', 'text', 'Its name, as products has it.'),
('transactions_clean', 'category', 'text', 'Its category.'),
('transactions_clean', 'quantity', 'units', 'Units; below zero where they came back.'),
('transactions_clean', 'price', 'money', 'Price of one unit.'),
('transactions_clean', 'discount', 'money', 'Amount off the line.'),
('transactions_clean', 'revenue', 'money', 'quantity * price - discount; those of an invoice add up to net of kpi_orders.');

INSERT INTO saaskpi_internal.relation_columns (relation, column_name, unit, definition, expression, comment) VALUES
('kpi_refresh_log', 'orders', 'orders', 'bigint', 'SELECT count(*) FROM {kpi_orders} AS o', 'Orders the run found, cancelled ones included; NULL unless status is ok.');

-- By another way: from the lines, not through the orders they were added to.
-- Where as many lines are counted in orders as there are, that is all lines,
-- and none needs to be looked up.  Both tables are read once, by the same
-- workers, as those of one query that starts others at once may get none.
INSERT INTO saaskpi_internal.identities (identity, query) VALUES ('orders_equal_lines', $sql$
WITH q AS MATERIALIZED (
    SELECT coalesce(sum(a.net), 0) AS orders, coalesce(sum(a.lines), 0) AS lines, count(*) FILTER (WHERE a.is_odd) AS odd,
           count(a.amount) AS n, coalesce(sum(a.amount), 0) - coalesce(sum(a.discount), 0) AS units
      FROM (SELECT net, lines, gross - discounts - returns <> net AS is_odd, NULL::bigint AS amount, NULL::bigint AS discount FROM {kpi_orders}
            UNION ALL
            SELECT NULL, NULL, NULL, i.amount, i.discount FROM {order_lines} AS i WHERE i.amount IS NOT NULL AND i.discount IS NOT NULL) AS a
)
SELECT format('%s in the lines, %s gross - discounts - returns of orders', w.lines, w.orders)
  FROM (SELECT q.orders, 0.0001 * CASE WHEN q.n = q.lines THEN q.units
               ELSE (SELECT coalesce(sum(i.amount), 0) - coalesce(sum(i.discount), 0) FROM {order_lines} AS i
                      WHERE i.amount IS NOT NULL AND i.discount IS NOT NULL AND EXISTS (SELECT FROM {orders} AS o WHERE o.order_id = i.order_id)) END AS lines
          FROM q) AS w
 WHERE w.orders <> w.lines
UNION ALL
SELECT format('order %s: %s - %s - %s is not %s', order_id, gross, discounts, returns, net) FROM {kpi_orders} WHERE gross - discounts - returns <> net AND (SELECT q.odd FROM q) > 0
$sql$);
