import type { AuditLogEntry, CursorMeta } from '@restartix/contracts';
import { startPlatform, type Platform } from '@restartix/testing';
import { caller, eventsOf, requestId, type Caller } from './api';

interface Page {
  data: AuditLogEntry[];
  meta: CursorMeta;
}

describe('the audit trail', () => {
  let platform: Platform;
  let compliance: Caller;
  let otherCompliance: Caller;

  beforeAll(async () => {
    platform = await startPlatform();
    compliance = caller(platform, platform.organizations[0]!.tokens.compliance);
    otherCompliance = caller(platform, platform.organizations[1]!.tokens.compliance);
  }, 120_000);

  afterAll(() => platform?.stop());

  const page = async (reader: Caller, query: string): Promise<Page> =>
    (await reader.get(`/v1/audit-logs?${query}`).expect(200)).body as Page;

  it('is open to compliance and org_admin of the organization, and to nobody else', async () => {
    const { tokens } = platform.organizations[0]!;
    for (const role of ['compliance', 'org_admin'] as const) {
      await caller(platform, tokens[role]).get('/v1/audit-logs').expect(200);
    }
    for (const role of ['patient', 'specialist', 'assistant'] as const) {
      const refused = await caller(platform, tokens[role]).get('/v1/audit-logs').expect(403);
      const [event] = await eventsOf(compliance, requestId(refused), 1);
      expect(event).toMatchObject({ action: 'deny', resource_type: 'audit_log', user_role: role });
    }
    await caller(platform, platform.superadminToken).get('/v1/audit-logs').expect(403);
    await caller(platform).get('/v1/audit-logs').expect(401);
  });

  it('walks every event exactly once by cursor, newest first', async () => {
    const seen: AuditLogEntry[] = [];
    const to = new Date().toISOString();
    let cursor: string | null = '';
    do {
      const { data, meta }: Page = await page(
        compliance,
        `page_size=40&to=${to}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`,
      );
      seen.push(...data);
      cursor = meta.next_cursor;
    } while (cursor);
    expect(seen.length).toBeGreaterThan(60);
    expect(new Set(seen.map(({ event_id }) => event_id)).size).toBe(seen.length);
    const times = seen.map(({ timestamp }) => timestamp);
    expect(times).toEqual([...times].sort().reverse());
    expect(new Set(seen.map(({ organization_id }) => organization_id))).toEqual(
      new Set([platform.organizations[0]!.id]),
    );
  });

  it("refuses a forged cursor, another list's cursor and another organization's cursor", async () => {
    const { meta } = await page(compliance, 'page_size=1');
    const cursor = encodeURIComponent(meta.next_cursor!);
    const refused = [
      compliance.get('/v1/audit-logs?cursor=nonsense'),
      compliance.get(`/v1/audit-logs?action=create&cursor=${cursor}`),
      otherCompliance.get(`/v1/audit-logs?page_size=1&cursor=${cursor}`),
    ];
    for (const attempt of refused) expect((await attempt.expect(400)).body.code).toBe('invalid_cursor');
  });

  it('filters by every field it names', async () => {
    const { users, patients } = platform.organizations[0]!;
    const specialist = caller(platform, platform.organizations[0]!.tokens.specialist);
    const answer = await specialist.get(`/v1/patients/${patients[6]}`).expect(200);
    const [event] = await eventsOf(compliance, requestId(answer), 1);
    const filters: [string, (entry: AuditLogEntry) => boolean][] = [
      [`user_id=${users.specialist}`, ({ user_id }) => user_id === users.specialist],
      [`patient_id=${patients[6]}`, ({ patient_id }) => patient_id === patients[6]],
      ['resource_type=patient', ({ resource_type }) => resource_type === 'patient'],
      [`resource_id=${patients[6]}`, ({ resource_id }) => resource_id === patients[6]],
      ['action=view', ({ action }) => action === 'view'],
      ['success=true', ({ success }) => success],
      [`request_id=${requestId(answer)}`, ({ request_id }) => request_id === requestId(answer)],
      [`from=${event!.timestamp}`, ({ timestamp }) => timestamp >= event!.timestamp],
    ];
    for (const [query, fits] of filters) {
      const { data } = await page(compliance, `${query}&page_size=100`);
      expect(data.length).toBeGreaterThan(0);
      expect(data.filter((entry) => !fits(entry))).toEqual([]);
      expect(data.some(({ event_id }) => event_id === event!.event_id)).toBe(true);
    }
    const before = await page(compliance, `to=${event!.timestamp}&page_size=100`);
    expect(before.data.filter(({ timestamp }) => timestamp >= event!.timestamp)).toEqual([]);
  });

  it('shows health data and addresses to compliance only', async () => {
    const { tokens, patients, emails } = platform.organizations[0]!;
    const change = await caller(platform, tokens.specialist).patch(`/v1/patients/${patients[7]}`, {
      first_name: 'Schimbat',
    });
    const [seen] = await eventsOf(compliance, requestId(change), 1);
    expect(seen!.details.changes!.first_name!.new).toBe('Schimbat');
    expect(seen!.user_email).toBe(emails.specialist);
    const [limited] = await eventsOf(caller(platform, tokens.org_admin), requestId(change), 1);
    expect(limited!.details.changes!.first_name).toEqual({ old: '[protected]', new: '[protected]' });
    expect(limited!.user_email).toBeNull();
    expect(JSON.stringify(limited)).not.toContain('e1.');
  });

  it('records its own reading, and whose health data the reader saw', async () => {
    const { tokens, patients, users } = platform.organizations[0]!;
    const change = await caller(platform, tokens.specialist).patch(`/v1/patients/${patients[8]}`, {
      last_name: 'Altul',
    });
    await eventsOf(compliance, requestId(change), 1);
    const reading = await compliance.get(`/v1/audit-logs?request_id=${requestId(change)}`).expect(200);
    const events = await eventsOf(compliance, requestId(reading), 2);
    expect(
      events
        .map(({ action, resource_type, patient_id, user_id }) => [action, resource_type, patient_id, user_id])
        .sort(),
    ).toEqual([
      ['search', 'audit_log', null, users.compliance],
      ['view', 'patient', patients[8], users.compliance],
    ]);
  });

  it("gives one event by id, and another organization's is not found", async () => {
    const { data } = await page(compliance, 'page_size=1');
    const id = data[0]!.event_id;
    const one = await compliance.get(`/v1/audit-logs/${id}`).expect(200);
    expect(one.body.data).toMatchObject({
      event_id: id,
      leaf_index: expect.any(Number),
      leaf_hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    await otherCompliance.get(`/v1/audit-logs/${id}`).expect(404);
    await compliance.get('/v1/audit-logs/not-a-uuid').expect(400);
  });
});
