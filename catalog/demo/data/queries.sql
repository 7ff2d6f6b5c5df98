-- Each query under a line that says who ran it, how long it took, how many rows it gave, how often it ran in 30 days.

-- ADA 2.4 s, 1 row, 310 times
SELECT count(*) AS orders, sum(o.net_amount) AS net_revenue
FROM analytics.core.fct_orders AS o
WHERE o.placed_at >= date_trunc('day', current_timestamp);

-- STELLA 3.1 s, 31 rows, 120 times
SELECT r.day, sum(r.net_revenue) AS net_revenue, sum(r.refunds) AS refunds
FROM marts.finance.revenue_daily AS r
WHERE r.day >= date_trunc('month', current_date)
GROUP BY r.day
ORDER BY r.day;

-- STELLA 0.9 s, 4 rows, 64 times
SELECT r.payment_method, sum(r.order_count) AS orders, avg(r.average_order) AS average_order
FROM marts.finance.revenue_daily AS r
WHERE r.day >= current_date - 7
GROUP BY r.payment_method;

-- STELLA 6.8 s, 27 rows, 40 times
SELECT c.country, sum(o.net_amount) AS net_revenue
FROM analytics.core.fct_orders AS o
JOIN analytics.core.dim_customers AS c ON c.customer_id = o.customer_id
GROUP BY c.country
ORDER BY net_revenue DESC;

-- CAROL 5.5 s, 4 rows, 52 times
SELECT c.segment, count(*) AS orders, avg(o.net_amount) AS average_order
FROM analytics.core.fct_orders AS o
JOIN analytics.core.dim_customers AS c ON c.customer_id = o.customer_id
WHERE o.placed_at >= current_date - 90
GROUP BY c.segment;

-- CAROL 12.7 s, 940 rows, 18 times
SELECT p.category, c.country, sum(l.line_amount) AS revenue
FROM analytics.core.fct_order_lines AS l
JOIN analytics.core.dim_products AS p ON p.product_id = l.product_id
JOIN analytics.core.dim_customers AS c ON c.customer_id = l.customer_id
GROUP BY p.category, c.country;

-- OMAR 4.2 s, 25 rows, 75 times
SELECT p.sku, p.product_name, sum(l.quantity) AS pieces
FROM analytics.core.fct_order_lines AS l
JOIN analytics.core.dim_products AS p ON p.product_id = l.product_id
WHERE l.placed_at >= current_date - 28
GROUP BY p.sku, p.product_name
ORDER BY pieces DESC
LIMIT 25;

-- OMAR 1.3 s, 58 rows, 96 times
SELECT s.sku, s.warehouse, s.days_of_cover, s.lead_time_days
FROM marts.operations.stock_days_of_cover AS s
WHERE s.must_reorder
ORDER BY s.days_of_cover;

-- OMAR 2.0 s, 17 rows, 33 times
SELECT p.supplier, count(*) AS products
FROM marts.operations.stock_days_of_cover AS s
JOIN analytics.core.dim_products AS p ON p.product_id = s.product_id
WHERE s.days_of_cover < s.lead_time_days
GROUP BY p.supplier;

-- OMAR 1.1 s, 5 rows, 44 times
SELECT d.carrier, sum(d.late_parcels) AS late, sum(d.parcels) AS parcels
FROM marts.operations.delivery_times AS d
WHERE d.day >= current_date - 7
GROUP BY d.carrier;

-- OMAR 8.9 s, 12 rows, 15 times
SELECT w.name, avg(s.hours_to_hand_over) AS hours
FROM analytics.core.fct_shipments AS s
JOIN raw.logistics.warehouses AS w ON w.warehouse_id = s.warehouse_id
GROUP BY w.name;

-- OMAR 9.4 s, 320 rows, 11 times
SELECT o.order_id, s.shipment_id, s.carrier, s.hours_to_door
FROM analytics.core.fct_shipments AS s
JOIN analytics.core.fct_orders AS o ON o.order_id = s.order_id
WHERE s.hours_to_door > 72;

-- CAROL 1.7 s, 42 rows, 88 times
SELECT c.campaign, sum(c.spend) AS spend, sum(c.revenue) AS revenue
FROM marts.marketing.campaign_performance AS c
WHERE c.day >= current_date - 30
GROUP BY c.campaign
ORDER BY revenue DESC;

-- CAROL 7.2 s, 42 rows, 22 times
SELECT a.campaign, count(*) AS orders
FROM analytics.core.fct_orders AS o
JOIN analytics.staging.stg_ad_spend AS a ON a.campaign_id = o.campaign_id
GROUP BY a.campaign;

-- CAROL 3.3 s, 5000 rows, 30 times
SELECT v.customer_id, v.expected_revenue, v.churn_risk
FROM marts.marketing.customer_lifetime_value AS v
WHERE v.segment = 'asleep' AND v.expected_revenue > 50
ORDER BY v.expected_revenue DESC
LIMIT 5000;

-- CAROL 4.8 s, 8 rows, 14 times
SELECT c.language, avg(v.revenue_so_far) AS revenue
FROM marts.marketing.customer_lifetime_value AS v
JOIN analytics.core.dim_customers AS c ON c.customer_id = v.customer_id
GROUP BY c.language;

-- CAROL 0.8 s, 1200 rows, 60 times
SELECT a.email, a.language, a.cart_value
FROM marts.marketing.abandoned_carts AS a
WHERE a.reminded_at IS NULL AND a.cart_value > 20;

-- CAROL 2.9 s, 3 rows, 9 times
SELECT a.device, count(*) AS carts, count(o.order_id) AS bought_later
FROM marts.marketing.abandoned_carts AS a
LEFT JOIN analytics.core.fct_orders AS o ON o.customer_id = a.customer_id
GROUP BY a.device;

-- CAROL 3.6 s, 2000 rows, 2 times
INSERT INTO sandbox.analysts.customers_spring_test (customer_id, email, variant)
SELECT c.customer_id, c.email, CASE WHEN mod(c.customer_id, 2) = 0 THEN 'A' ELSE 'B' END
FROM analytics.core.dim_customers AS c
WHERE c.newsletter AND c.segment = 'regular';

-- STELLA 1.9 s, 12 rows, 26 times
SELECT m.category, sum(m.margin) AS margin, avg(m.return_rate) AS return_rate
FROM marts.finance.margin_by_product AS m
WHERE m.month = date_trunc('month', current_date)
GROUP BY m.category;

-- STELLA 2.2 s, 10 rows, 8 times
SELECT p.supplier, p.product_name, m.return_rate
FROM marts.finance.margin_by_product AS m
JOIN analytics.core.dim_products AS p ON p.product_id = m.product_id
ORDER BY m.return_rate DESC
LIMIT 10;

-- STELLA 0.4 s, 2 rows, 30 times
SELECT p.bank_day, p.difference
FROM marts.finance.payouts_reconciled AS p
WHERE p.difference <> 0 AND NOT p.is_settled;

-- ADA 15.2 s, 37 rows, 6 times
SELECT o.order_id, p.payment_id, p.failure_code
FROM raw.shop.orders AS o
JOIN raw.payments.payments AS p ON p.order_id = o.order_id
WHERE o.status = 'placed' AND p.status = 'failed';

-- ADA 11.0 s, 0 rows, 30 times
SELECT l.order_id
FROM raw.shop.order_lines AS l
LEFT JOIN raw.shop.orders AS o ON o.order_id = l.order_id
WHERE o.order_id IS NULL;

-- ADA 0.6 s, 5 rows, 28 times
SELECT s.warehouse_id, max(s.counted_on) AS last_count
FROM raw.logistics.stock_levels AS s
GROUP BY s.warehouse_id;

-- ADA 5.9 s, 1 row, 4 times
SELECT count(DISTINCT c.email)
FROM raw.shop.customers AS c
WHERE c.forgotten_at IS NULL;

-- OMAR 1.2 s, 5 rows, 41 times
SELECT l.topic, l.tickets, l.per_thousand
FROM marts.operations.support_load AS l
WHERE l.day = current_date - 1;

-- OMAR 3.8 s, 60 rows, 19 times
SELECT t.ticket_id, t.topic, o.net_amount
FROM analytics.staging.stg_tickets AS t
JOIN analytics.core.fct_orders AS o ON o.order_id = t.order_id
WHERE t.priority = 'high' AND t.solved_at IS NULL;

-- OMAR 4.4 s, 14 rows, 7 times
SELECT t.topic, s.carrier, count(*) AS tickets
FROM analytics.staging.stg_tickets AS t
JOIN analytics.core.fct_shipments AS s ON s.order_id = t.order_id
WHERE t.topic = 'delivery'
GROUP BY t.topic, s.carrier;

-- STELLA 6.1 s, 18 rows, 12 times
SELECT r.reason, count(*) AS refunds, sum(r.amount) AS amount
FROM analytics.staging.stg_refunds AS r
JOIN analytics.staging.stg_payments AS p ON p.payment_id = r.payment_id
GROUP BY r.reason;

-- STELLA 0.7 s, 24 rows, 1 times
SELECT m.month, m.revenue
FROM marts.finance.revenue_monthly_old AS m
ORDER BY m.month;

-- LOADER 48.0 s, 18400 rows, 720 times
INSERT INTO raw.shop.orders
SELECT * FROM @raw.shop.incoming_orders;

-- LOADER 61.5 s, 41200 rows, 720 times
INSERT INTO raw.shop.order_lines
SELECT * FROM @raw.shop.incoming_order_lines;

-- TRANSFORMER 34.0 s, 18400 rows, 720 times
CREATE OR REPLACE TABLE analytics.core.fct_orders AS
SELECT o.order_id, o.customer_id, o.amount AS gross_amount, p.fee AS payment_fee, r.amount AS refunded_amount
FROM analytics.staging.stg_orders AS o
JOIN analytics.staging.stg_payments AS p ON p.order_id = o.order_id
LEFT JOIN analytics.staging.stg_refunds AS r ON r.payment_id = p.payment_id;

-- TRANSFORMER 29.3 s, 41200 rows, 720 times
CREATE OR REPLACE TABLE analytics.core.fct_order_lines AS
SELECT l.order_line_id, l.order_id, l.product_id, l.quantity * l.unit_price AS line_amount
FROM analytics.staging.stg_order_lines AS l
JOIN analytics.core.fct_orders AS o ON o.order_id = l.order_id
JOIN analytics.core.dim_products AS p ON p.product_id = l.product_id;

-- TRANSFORMER 12.8 s, 610000 rows, 720 times
CREATE OR REPLACE TABLE analytics.core.dim_customers AS
SELECT c.customer_id, c.email, c.country, min(o.placed_at) AS first_order_at, count(o.order_id) AS order_count
FROM analytics.staging.stg_customers AS c
LEFT JOIN analytics.staging.stg_orders AS o ON o.customer_id = c.customer_id
GROUP BY c.customer_id, c.email, c.country;

-- TRANSFORMER 3.2 s, 8200 rows, 720 times
CREATE OR REPLACE TABLE analytics.core.dim_products AS
SELECT p.product_id, p.sku, p.product_name, p.category, s.name AS supplier
FROM analytics.staging.stg_products AS p
JOIN raw.logistics.suppliers AS s ON s.supplier_id = p.supplier_id;

-- TRANSFORMER 5.6 s, 1460 rows, 30 times
CREATE OR REPLACE TABLE marts.finance.revenue_daily AS
SELECT o.placed_at::date AS day, o.payment_method, count(*) AS order_count, sum(o.net_amount) AS net_revenue
FROM analytics.core.fct_orders AS o
GROUP BY 1, 2;

-- TRANSFORMER 7.7 s, 20100 rows, 30 times
CREATE OR REPLACE TABLE marts.operations.stock_days_of_cover AS
SELECT s.product_id, s.warehouse, p.sku, p.product_name, s.available
FROM analytics.staging.stg_stock_levels AS s
JOIN analytics.core.dim_products AS p ON p.product_id = s.product_id;

-- TRANSFORMER 4.1 s, 12800 rows, 30 times
CREATE OR REPLACE TABLE marts.marketing.campaign_performance AS
SELECT a.campaign_id, a.day, a.campaign, a.spend, sum(o.net_amount) AS revenue
FROM analytics.staging.stg_ad_spend AS a
LEFT JOIN analytics.core.fct_orders AS o ON o.campaign_id = a.campaign_id
GROUP BY a.campaign_id, a.day, a.campaign, a.spend;
