-- cohort_retention: months side by side.
SELECT basis, cohort, max(customers) AS customers,
       max(rate) FILTER (WHERE age = 0) AS month_0,
       max(rate) FILTER (WHERE age = 1) AS month_1,
       max(rate) FILTER (WHERE age = 2) AS month_2,
       max(rate) FILTER (WHERE age = 3) AS month_3,
       max(rate) FILTER (WHERE age = 4) AS month_4,
       max(rate) FILTER (WHERE age = 5) AS month_5,
       max(rate) FILTER (WHERE age = 6) AS month_6,
       max(rate) FILTER (WHERE age = 7) AS month_7,
       max(rate) FILTER (WHERE age = 8) AS month_8,
       max(rate) FILTER (WHERE age = 9) AS month_9,
       max(rate) FILTER (WHERE age = 10) AS month_10,
       max(rate) FILTER (WHERE age = 11) AS month_11,
       max(rate) FILTER (WHERE age = 12) AS month_12
FROM (SELECT basis, cohort, age, customers, rate
      FROM oracle_kpi_activity_retention WHERE grain = 'month'
      UNION ALL
      SELECT 'first order', cohort, age, customers, rate
      FROM oracle_kpi_order_cohorts) AS r GROUP BY 1, 2
