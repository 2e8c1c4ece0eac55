import { Injectable } from '@nestjs/common';
import { requireContext } from '@restartix/context';
import {
  MediaEvent,
  PoseBatch,
  PoseFrame,
  PoseFramesRequest,
  acceptedItem,
  callAdvice,
  chosenId,
  itemFaults,
  refusedItem,
  takenItems,
  type AnalyticsBatch,
  type FieldError,
  type JudgedItem,
  type MediaEventsRequest,
  type MediaItem,
  type PoseItem,
  type SessionItemsReceipt,
} from '@restartix/contracts';
import { forbidden, invalid } from '@restartix/errors';
import { judge } from '@restartix/http';
import { v5 as uuidv5, v7 as uuidv7 } from 'uuid';
import type { SessionClaims } from '../../rehab/exercise-sessions/session-tokens.service';
import { AnalyticsBufferService } from '../analytics-edge/analytics-buffer.service';
import { readPoseBytes } from './pose-bytes.policy';

/** What an exercise session hands in many times a minute: events of its video and landmarks of the body before it. */
@Injectable()
export class SessionDoorsService {
  constructor(private readonly buffer: AnalyticsBufferService) {}

  /**
   * Takes media events, each judged by itself. Throws forbidden when organization or session are not the token's,
   * validation_error when no event can be taken, rate_limited, queue_unavailable.
   */
  async media(claims: SessionClaims, request: MediaEventsRequest): Promise<SessionItemsReceipt> {
    assertOwn(claims, request.organization_id, request.session_id);
    const judged = request.events.map((event) => judgedMedia(event));
    const receipt = await this.take(claims, 'media', judged, 'events');
    const check = takenItems(judged).findLast(({ event }) => event === 'network_check');
    if (!check) return receipt;
    const measured = (value?: string | number) => (typeof value === 'number' ? value : null);
    const [rtt_ms, jitter_ms] = [measured(check.data.rtt_ms), measured(check.data.jitter_ms)];
    const packet_loss = measured(check.data.packet_loss);
    return { ...receipt, network_check: callAdvice({ rtt_ms, jitter_ms, packet_loss }) };
  }

  /** Takes pose batches in their JSON form; throws as {@link media} does. */
  poses(claims: SessionClaims, body: unknown): Promise<SessionItemsReceipt> {
    const judged = judge(PoseFramesRequest, (body ?? {}) as object);
    if ('faults' in judged) throw invalid(judged.faults);
    const { organization_id, session_id, batches } = judged.value;
    assertOwn(claims, organization_id, session_id);
    return this.take(
      claims,
      'pose',
      batches.map((batch) => judgedPose(claims.sessionId, batch)),
      'batches',
    );
  }

  /** Takes one pose batch in its binary form; throws as {@link media} does. */
  poseBytes(claims: SessionClaims, bytes: Buffer): Promise<SessionItemsReceipt> {
    const read = readPoseBytes(bytes);
    if ('faults' in read) throw invalid(read.faults);
    assertOwn(claims, read.organizationId, read.sessionId);
    const judged = acceptedItem(read.item, poseId(claims.sessionId, read.item.batch_seq));
    return this.take(claims, 'pose', [judged], 'body');
  }

  private async take(
    claims: SessionClaims,
    eventClass: 'media' | 'pose',
    judged: JudgedItem<MediaItem | PoseItem>[],
    field: string,
  ): Promise<SessionItemsReceipt> {
    const events = takenItems(judged);
    if (events.length === 0) throw invalid(itemFaults(judged, field));
    const { clientAddress, userAgent } = requireContext();
    const batch: AnalyticsBatch = {
      class: eventClass,
      organization_id: claims.organizationId,
      user_id: claims.userId,
      consent_level: claims.consentLevel,
      consent_policy_version: claims.policyVersion,
      consent_at: new Date(claims.issuedAt * 1000).toISOString(),
      session_id: claims.sessionId,
      client_address: clientAddress,
      user_agent: userAgent,
      received_at: new Date().toISOString(),
      events,
    };
    await this.buffer.put(batch);
    const results = judged.map(({ result }) => result);
    return { session_id: claims.sessionId, accepted: events.length, results };
  }
}

/** What is in the body must be what the token was made for. */
function assertOwn(claims: SessionClaims, organizationId: number, sessionId: string): void {
  if (organizationId === claims.organizationId && sessionId.toLowerCase() === claims.sessionId) return;
  throw forbidden('The organization and the session must be those of the token.');
}

function judgedMedia(given: object): JudgedItem<MediaItem> {
  const judged = judge(MediaEvent, given);
  const event_id = chosenId(given) ?? uuidv7();
  if ('faults' in judged) return refusedItem(event_id, judged.faults);
  const { event, media_id, media_type = 'video', timestamp, data } = judged.value;
  const at = new Date(timestamp).toISOString();
  const item = { event_id, event, media_id, media_type, timestamp: at, data: { ...data } };
  return acceptedItem(item, event_id);
}

/** A batch is named by its session and its place in it. */
const poseId = (sessionId: string, sequence: number): string => uuidv5(`pose/${sequence}`, sessionId);

function judgedPose(sessionId: string, given: object): JudgedItem<PoseItem> {
  const judged = judge(PoseBatch, given);
  const { batch_seq: sequence } = given as { batch_seq?: unknown };
  const event_id = poseId(sessionId, Number(sequence) || 0);
  if ('faults' in judged) return refusedItem(event_id, judged.faults);
  const { batch_seq, started_at, landmark_count, value_count, frames } = judged.value;
  const faults = frames.flatMap((frame, index) => frameFaults(frame, index, landmark_count * value_count));
  if (faults.length > 0) return refusedItem(event_id, faults);
  const floats = Float32Array.from(frames.flatMap(({ landmarks }) => landmarks));
  const item: PoseItem = {
    batch_seq,
    started_at: new Date(started_at).toISOString(),
    landmark_count,
    value_count,
    offsets_ms: frames.map(({ offset_ms }) => offset_ms),
    landmarks: Buffer.from(floats.buffer).toString('base64'),
  };
  return acceptedItem(item, event_id);
}

function frameFaults(frame: PoseFrame, index: number, length: number): FieldError[] {
  const judged = judge(PoseFrame, frame);
  const at = `frames[${index}]`;
  if ('faults' in judged)
    return judged.faults.map(({ field, reason }) => ({ field: `${at}.${field}`, reason }));
  const { landmarks } = judged.value;
  if (landmarks.length !== length)
    return [{ field: `${at}.landmarks`, reason: `must hold ${length} numbers` }];
  const isSound = landmarks.every(
    (value) => typeof value === 'number' && Number.isFinite(Math.fround(value)),
  );
  return isSound ? [] : [{ field: `${at}.landmarks`, reason: 'must be finite numbers' }];
}
