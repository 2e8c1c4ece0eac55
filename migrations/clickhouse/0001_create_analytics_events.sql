-- One row for each app usage event somebody consented to. It names nobody: actor_hash is a keyed hash that changes
-- every quarter, ip_truncated is the network (/24 or /48). Rows of one organization and day lie together; a repeated
-- event has the same key and collapses. day is the UTC day of occurred_at.
create table if not exists analytics_events
(
    organization_id UInt32,
    day Date,
    name LowCardinality(String),
    event_id UUID,
    occurred_at DateTime64(3, 'UTC'),
    received_at DateTime64(3, 'UTC'),
    properties Map(LowCardinality(String), String),
    actor_hash String,
    ip_truncated String,
    country LowCardinality(String),
    region LowCardinality(String),
    device_class LowCardinality(String),
    consent_level UInt8,
    policy_version LowCardinality(String)
)
engine = ReplacingMergeTree(received_at)
partition by toYYYYMM(day)
order by (organization_id, day, name, event_id)
ttl day + interval 2 year;
