import { Injectable } from '@nestjs/common';
import type {
  BandwidthRow,
  MediaGroup,
  MediaSessionsRow,
  PlaybackError,
  PlaybackSession,
} from '@restartix/contracts';
import { ClickHouseDatabase } from '../platform/clickhouse-database';
import { clickHouseTime, isoTime } from '../platform/clickhouse-time';

/** Dimension → column. */
const GROUPS: Record<MediaGroup, string> = {
  country_code: 'country',
  device_type: 'device_class',
  connection_type: 'connection_type',
  browser_family: 'browser_family',
};

/** A session lies under the day it was made; it may have been made the day before the period began. */
export const WITHIN = `organization_id = {organization_id:UInt32}
  and day >= toDate({since:DateTime64(3, 'UTC')}) - 1 and first_event_at >= {since:DateTime64(3, 'UTC')}`;
/** Videos that are played: a call is a session too, and asked about elsewhere. */
const VIDEOS = `${WITHIN} and media_type <> 'call'`;

/** Sessions of videos, one folded row each. The organization is the first parameter of every method, bound here. */
@Injectable()
export class MediaRepository {
  constructor(private readonly clickhouse: ClickHouseDatabase) {}

  /** How videos played since a moment, by one dimension, most sessions first. */
  bandwidth(
    organizationId: number,
    since: string,
    groupBy: MediaGroup,
    mediaHashes: string[] | null,
  ): Promise<BandwidthRow[]> {
    const column = GROUPS[groupBy];
    return this.clickhouse.query<BandwidthRow>(
      `select ${column} as value, toUInt32(count()) as total_sessions, avg(ttfb_ms) as avg_ttfb_ms,
              avg(video_load_time_ms) as avg_load_time_ms, avg(length(stalls)) as avg_buffering_count,
              avg(arraySum(mapValues(stalls))) as avg_buffering_duration_ms,
              avg(if(empty(heartbeats), null, arrayAvg(mapValues(heartbeats)))) as avg_bitrate,
              avg(outcome = 2) as completion_rate, avg(notEmpty(errors)) as error_rate
         from media_sessions final
        where ${VIDEOS} ${mediaHashes ? 'and media_hash in {media:Array(String)}' : ''}
        group by value order by total_sessions desc, value limit 500`,
      { organization_id: organizationId, since: clickHouseTime(since), media: mediaHashes ?? [] },
    );
  }

  /** What became of the videos begun since a moment, by UTC day. */
  sessions(organizationId: number, since: string): Promise<MediaSessionsRow[]> {
    return this.clickhouse.query<MediaSessionsRow>(
      `select toDate(first_event_at, 'UTC') as day, toUInt32(count()) as total_sessions,
              toUInt32(countIf(outcome = 2)) as completed, toUInt32(countIf(outcome = 1)) as abandoned,
              toUInt32(countIf(notEmpty(stalls))) as with_stalls, toUInt32(countIf(notEmpty(errors))) as with_errors,
              toUInt32(10 * sum(length(heartbeats))) as watched_seconds,
              avg(bitTest(milestones, 0)) as reached_25, avg(bitTest(milestones, 1)) as reached_50,
              avg(bitTest(milestones, 2)) as reached_75, avg(bitTest(milestones, 3)) as reached_95
         from (select * from media_sessions final where ${VIDEOS}) group by day order by day`,
      { organization_id: organizationId, since: clickHouseTime(since) },
    );
  }

  /** The last sessions under any of a person's hashes, newest first. */
  async sessionsOf(organizationId: number, since: string, hashes: string[]): Promise<PlaybackSession[]> {
    const rows = await this.clickhouse.query<PlaybackSession>(
      `select first_event_at, ['open', 'abandoned', 'completed'][s.outcome + 1] as outcome,
              position_seconds, toUInt32(length(s.stalls)) as stalls, toUInt32(arraySum(mapValues(s.stalls))) as stalled_ms,
              arraySort(arrayDistinct(arrayMap(error -> splitByChar(' ', error)[2], s.errors))) as errors,
              ttfb_ms, cdn_response_time_ms, rtt_ms, effective_bandwidth,
              if(s.connection_type = '', 'unknown', s.connection_type) as connection_type,
              device_class, browser_family, country
         from (select * from media_sessions final where ${VIDEOS} and actor_hash in {hashes:Array(String)}) as s
        order by first_event_at desc limit 20`,
      { organization_id: organizationId, since: clickHouseTime(since), hashes },
    );
    return rows.map((row) => ({ ...row, first_event_at: isoTime(row.first_event_at) }));
  }

  /** The faults under any of a person's hashes, most frequent first. */
  async errorsOf(organizationId: number, since: string, hashes: string[]): Promise<PlaybackError[]> {
    const rows = await this.clickhouse.query<PlaybackError>(
      `select kind, code, http_status, toUInt32(uniqExact(event_id)) as count, max(occurred_at) as last_at
         from error_events
        where organization_id = {organization_id:UInt32} and day >= toDate({since:DateTime64(3, 'UTC')})
          and occurred_at >= {since:DateTime64(3, 'UTC')} and actor_hash in {hashes:Array(String)}
        group by kind, code, http_status order by count desc, code limit 20`,
      { organization_id: organizationId, since: clickHouseTime(since), hashes },
    );
    return rows.map((row) => ({ ...row, last_at: isoTime(row.last_at) }));
  }
}
