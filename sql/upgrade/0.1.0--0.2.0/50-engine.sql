-- What reads a stored series, the registry, the engine that works on it, and
-- what the domains register.

@part 05-registry.sql
@part 26-session.sql
@part 28-totals.sql
@replace 30-forecast.sql
@part 31-forecast-seasons.sql
@replace 33-forecast-series.sql
@replace 34-backtest.sql
@replace 36-decompose.sql
@replace 38-anomaly.sql
@part 39-series-rows.sql
@part 45-rate.sql
@part 49-owner.sql
@replace 50-sources.sql
@replace 51-queries.sql
@replace 52-source-tables.sql
@replace 53-source-checks.sql
@replace 54-own-tables.sql
@replace 55-views.sql
@replace 56-make.sql
@replace 57-fill.sql
@replace 58-identities.sql
@replace 59-refresh.sql
@part 60-kpi-customers.sql
@part 61-kpi-subscriptions.sql
@part 62-kpi-mrr.sql
@part 63-kpi-mrr-dictionary.sql
@part 64-kpi-payments.sql
@part 65-kpi-revenue.sql
@part 66-kpi-margin.sql
@part 67-kpi-cohorts.sql
@part 68-kpi-conversion.sql
@part 70-kpi-outlook.sql
@replace 89-schedule.sql
@replace 90-catalog.sql
@part 99-pins.sql
