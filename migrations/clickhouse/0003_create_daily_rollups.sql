-- Rollups hold the distinct ids of events, not sums: an event that came five times counts once. The views that fill them
-- write into tables of their own, so that a later change is ALTER TABLE … MODIFY QUERY and no insert is ever missed.
create table if not exists analytics_events_daily
(
    organization_id UInt32,
    day Date,
    name LowCardinality(String),
    events AggregateFunction(uniqExact, UUID)
)
engine = AggregatingMergeTree
partition by toYYYYMM(day)
order by (organization_id, day, name)
ttl day + interval 2 year;

create materialized view if not exists analytics_events_daily_view to analytics_events_daily as
select organization_id, day, name, uniqExactState(event_id) as events
from analytics_events group by organization_id, day, name;

create table if not exists error_events_daily
(
    organization_id UInt32,
    day Date,
    kind LowCardinality(String),
    code LowCardinality(String),
    events AggregateFunction(uniqExact, UUID)
)
engine = AggregatingMergeTree
partition by toYYYYMM(day)
order by (organization_id, day, kind, code)
ttl day + interval 1 year;

create materialized view if not exists error_events_daily_view to error_events_daily as
select organization_id, day, kind, code, uniqExactState(event_id) as events
from error_events group by organization_id, day, kind, code;
