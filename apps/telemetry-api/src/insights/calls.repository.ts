import { Injectable } from '@nestjs/common';
import { CALL_LIMITS, type CallQualityRow } from '@restartix/contracts';
import { ClickHouseDatabase } from '../platform/clickhouse-database';
import { clickHouseTime } from '../platform/clickhouse-time';
import { WITHIN } from './media.repository';

const isPast = ({ rtt_ms, jitter_ms, packet_loss }: (typeof CALL_LIMITS)['fair']): string =>
  `rtt >= ${rtt_ms} or jitter >= ${jitter_ms} or loss >= ${packet_loss}`;
/** 1 good, 2 fair, 3 poor; null for who measured nothing. The same rule as callRating in contracts. */
const RATING = `multiIf(rtt is null and jitter is null and loss is null, null,
  ${isPast(CALL_LIMITS.poor)}, 3, ${isPast(CALL_LIMITS.fair)}, 2, 1)`;
const averageOf = (map: string): string => `if(empty(${map}), null, arrayAvg(mapValues(${map})))`;

/** Video calls, a folded row for each who takes part. The organization is the first parameter, bound here. */
@Injectable()
export class CallsRepository {
  constructor(private readonly clickhouse: ClickHouseDatabase) {}

  /** How calls went since a moment, by UTC day. */
  quality(organizationId: number, since: string): Promise<CallQualityRow[]> {
    return this.clickhouse.query<CallQualityRow>(
      `select day, toUInt32(uniqExactIf(media_hash, is_in_call)) as calls, toUInt32(countIf(is_in_call)) as participants,
              toUInt32(countIf(rating = 1)) as good, toUInt32(countIf(rating = 2)) as fair,
              toUInt32(countIf(rating = 3)) as poor,
              avg(rtt) as avg_rtt_ms, avg(jitter) as avg_jitter_ms, avg(loss) as avg_packet_loss,
              avg(bitrate) as avg_bitrate, toUInt32(countIf(has_errors)) as with_errors,
              toUInt32(countIf(last_check > 0)) as network_checks, toUInt32(countIf(last_check = 3)) as poor_checks
         from (select toDate(s.first_event_at, 'UTC') as day, s.media_hash as media_hash,
                      ${averageOf('s.rtts')} as rtt, ${averageOf('s.jitters')} as jitter,
                      ${averageOf('s.losses')} / 1000000 as loss, ${averageOf('s.heartbeats')} as bitrate,
                      notEmpty(s.heartbeats) or s.started_at is not null as is_in_call, notEmpty(s.errors) as has_errors,
                      mapValues(s.network_checks)[-1] as last_check, ${RATING} as rating
                 from (select * from media_sessions final where ${WITHIN} and media_type = 'call') as s)
        group by day order by day`,
      { organization_id: organizationId, since: clickHouseTime(since) },
    );
  }
}
