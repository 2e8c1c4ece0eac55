-- One video of one exercise session, assembled from its events. Every column folds by a function that does not care how
-- often or in which order the events came: the same events give the same row. Keys of maps are seconds since
-- a day before the session was made (heartbeats, quality changes) or the number of the stall. day is the day the session was made.
create table if not exists media_sessions
(
    organization_id UInt32,
    day Date,
    session_id UUID,
    media_hash String,
    actor_hash SimpleAggregateFunction(max, String),
    ip_truncated SimpleAggregateFunction(max, String),
    country SimpleAggregateFunction(max, LowCardinality(String)),
    region SimpleAggregateFunction(max, LowCardinality(String)),
    device_class SimpleAggregateFunction(max, LowCardinality(String)),
    browser_family SimpleAggregateFunction(max, LowCardinality(String)),
    connection_type SimpleAggregateFunction(max, LowCardinality(String)),
    started_at SimpleAggregateFunction(min, Nullable(DateTime64(3, 'UTC'))),
    first_event_at SimpleAggregateFunction(min, DateTime64(3, 'UTC')),
    last_event_at SimpleAggregateFunction(max, DateTime64(3, 'UTC')),
    ended_at SimpleAggregateFunction(max, Nullable(DateTime64(3, 'UTC'))),
    outcome SimpleAggregateFunction(max, UInt8),
    total_duration_seconds SimpleAggregateFunction(max, Nullable(Float32)),
    position_seconds SimpleAggregateFunction(max, Float32),
    ttfb_ms SimpleAggregateFunction(max, Nullable(UInt32)),
    video_load_time_ms SimpleAggregateFunction(max, Nullable(UInt32)),
    cdn_response_time_ms SimpleAggregateFunction(max, Nullable(UInt32)),
    rtt_ms SimpleAggregateFunction(max, Nullable(UInt32)),
    effective_bandwidth SimpleAggregateFunction(max, Nullable(Float32)),
    initial_bitrate SimpleAggregateFunction(max, Nullable(UInt32)),
    initial_resolution SimpleAggregateFunction(max, LowCardinality(String)),
    dropped_frames SimpleAggregateFunction(max, UInt32),
    milestones SimpleAggregateFunction(groupBitOr, UInt8),
    heartbeats SimpleAggregateFunction(maxMap, Map(UInt32, UInt32)),
    quality_changes SimpleAggregateFunction(maxMap, Map(UInt32, UInt32)),
    stalls SimpleAggregateFunction(maxMap, Map(UInt32, UInt32)),
    errors SimpleAggregateFunction(groupUniqArrayArray, Array(String)),
    consent_level SimpleAggregateFunction(min, UInt8),
    policy_version SimpleAggregateFunction(max, LowCardinality(String)),
    received_at SimpleAggregateFunction(max, DateTime64(3, 'UTC'))
)
engine = AggregatingMergeTree
partition by toYYYYMM(day)
order by (organization_id, day, session_id, media_hash)
ttl day + interval 2 year;

-- One stall of one video: its start and its end may come in any order, late or twice.
create table if not exists media_buffering_events
(
    organization_id UInt32,
    day Date,
    session_id UUID,
    media_hash String,
    stall UInt32,
    actor_hash SimpleAggregateFunction(max, String),
    ip_truncated SimpleAggregateFunction(max, String),
    country SimpleAggregateFunction(max, LowCardinality(String)),
    region SimpleAggregateFunction(max, LowCardinality(String)),
    device_class SimpleAggregateFunction(max, LowCardinality(String)),
    started_at SimpleAggregateFunction(min, Nullable(DateTime64(3, 'UTC'))),
    ended_at SimpleAggregateFunction(max, Nullable(DateTime64(3, 'UTC'))),
    position_seconds SimpleAggregateFunction(max, Float32),
    duration_ms SimpleAggregateFunction(max, UInt32),
    consent_level SimpleAggregateFunction(min, UInt8),
    policy_version SimpleAggregateFunction(max, LowCardinality(String)),
    received_at SimpleAggregateFunction(max, DateTime64(3, 'UTC'))
)
engine = AggregatingMergeTree
partition by toYYYYMM(day)
order by (organization_id, day, session_id, media_hash, stall)
ttl day + interval 2 year;

-- One fault a client app met. It has no free text; below level 2 it is tied to nobody: no actor, session or network.
create table if not exists error_events
(
    organization_id UInt32,
    day Date,
    kind LowCardinality(String),
    event_id UUID,
    occurred_at DateTime64(3, 'UTC'),
    received_at DateTime64(3, 'UTC'),
    code LowCardinality(String),
    severity LowCardinality(String),
    component LowCardinality(String),
    http_status UInt16,
    app_version LowCardinality(String),
    session_id UUID,
    actor_hash String,
    ip_truncated String,
    country LowCardinality(String),
    region LowCardinality(String),
    device_class LowCardinality(String),
    browser_family LowCardinality(String),
    connection_type LowCardinality(String),
    consent_level UInt8,
    policy_version LowCardinality(String)
)
engine = ReplacingMergeTree(received_at)
partition by toYYYYMM(day)
order by (organization_id, day, kind, event_id)
ttl day + interval 1 year;

-- About one second of body landmarks: frame after frame, landmark after landmark, value after value. The codecs were
-- chosen by measurement: see the README of migrations.
create table if not exists pose_frames
(
    organization_id UInt32,
    day Date,
    session_id UUID,
    batch_seq UInt32,
    started_at DateTime64(3, 'UTC'),
    received_at DateTime64(3, 'UTC'),
    frame_count UInt16,
    landmark_count UInt8,
    value_count UInt8,
    frame_offsets_ms Array(UInt32) codec(Delta(4), ZSTD(1)),
    landmarks Array(Float32) codec(FPC(12, 4), ZSTD(1)),
    actor_hash String,
    device_class LowCardinality(String),
    country LowCardinality(String),
    region LowCardinality(String),
    consent_level UInt8,
    policy_version LowCardinality(String)
)
engine = ReplacingMergeTree(received_at)
partition by toYYYYMM(day)
order by (organization_id, day, session_id, batch_seq)
ttl day + interval 6 month;

-- How long requests of one route took in one minute of one process, every duration kept. It is about the service, not
-- about a person: no actor, no network.
create table if not exists api_metrics
(
    organization_id UInt32,
    day Date,
    route LowCardinality(String),
    event_id UUID,
    minute DateTime('UTC'),
    method LowCardinality(String),
    status UInt16,
    durations_ms Array(Float32) codec(ZSTD(1)),
    received_at DateTime64(3, 'UTC')
)
engine = ReplacingMergeTree(received_at)
partition by toYYYYMM(day)
order by (organization_id, day, route, event_id)
ttl day + interval 1 year;

-- What a member of the staff used in one minute. Not on the consent ladder (it is the employer's record of work), but
-- just as nameless: a keyed hash that changes every quarter.
create table if not exists staff_metrics
(
    organization_id UInt32,
    day Date,
    role LowCardinality(String),
    activity LowCardinality(String),
    event_id UUID,
    minute DateTime('UTC'),
    actor_hash String,
    uses UInt32,
    failures UInt32,
    duration_ms Float64,
    received_at DateTime64(3, 'UTC')
)
engine = ReplacingMergeTree(received_at)
partition by toYYYYMM(day)
order by (organization_id, day, role, activity, event_id)
ttl day + interval 2 year;
