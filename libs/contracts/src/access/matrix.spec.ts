import { ACCESS_MATRIX, accessCell, mayEver, RELATIONSHIPS, RESOURCES, ROLES } from '../index';
import type { Cell, MatrixRole, Resource, Role, Verb } from '../index';

const VERBS: Verb[] = ['read', 'create', 'update'];
const MATRIX_ROLES = ROLES.filter((role): role is MatrixRole => role !== 'system' && role !== 'anonymous');
/** Resources that say something about a person's health, or who cares for whom. */
const HEALTH: Resource[] = [
  'patient',
  'patient_person',
  'patient_claim',
  'patient_consent',
  'desk_consent',
  'coverage',
  'coverage_verification',
  'caregiver',
  'care_relationship',
  'audit_log',
  'legal_hold',
  'erasure',
];

const everyCell = RESOURCES.flatMap((resource) =>
  ROLES.flatMap((role) => RELATIONSHIPS.map((relationship) => ({ resource, role, relationship }))),
);
const open = (cell: Cell) => Object.keys(cell).length > 0;

describe('access matrix', () => {
  it('has a row for every resource and every role, and no other', () => {
    expect(Object.keys(ACCESS_MATRIX).sort()).toEqual([...RESOURCES].sort());
    for (const resource of RESOURCES)
      expect(Object.keys(ACCESS_MATRIX[resource]).sort()).toEqual([...MATRIX_ROLES].sort());
  });

  it('uses no word but its own', () => {
    for (const row of Object.values(ACCESS_MATRIX).flatMap((roles) => Object.values(roles))) {
      for (const [relationship, cell] of Object.entries(row)) {
        expect(RELATIONSHIPS).toContain(relationship);
        for (const verb of Object.keys(cell)) expect(VERBS).toContain(verb);
        for (const extent of Object.values(cell)) expect(['all', 'contact']).toContain(extent);
      }
    }
  });

  it.each(HEALTH)('opens no %s to a superadmin who has opened nothing', (resource) => {
    for (const relationship of RELATIONSHIPS.filter((word) => word !== 'break_glass'))
      expect(accessCell(resource, 'superadmin', relationship)).toEqual({});
    for (const verb of VERBS) expect(mayEver(`${resource}:${verb}`, 'superadmin')).toBe(false);
  });

  it('opens a record by break-glass to a specialist and a superadmin, to be read, and nothing else', () => {
    const opened = everyCell.filter(
      ({ resource, role, relationship }) =>
        relationship === 'break_glass' && open(accessCell(resource, role, relationship)),
    );
    expect(opened.map(({ resource, role }) => [resource, role])).toEqual([
      ['patient', 'specialist'],
      ['patient', 'superadmin'],
    ]);
    for (const { resource, role, relationship } of opened)
      expect(accessCell(resource, role, relationship)).toEqual({ read: 'all' });
    expect(mayEver('patient:read', 'superadmin', true)).toBe(true);
    expect(mayEver('patient:update', 'superadmin', true)).toBe(false);
    expect(mayEver('patient_person:read', 'superadmin', true)).toBe(false);
  });

  it.each(['patient', 'specialist', 'assistant'] as const)('opens no audit log to a %s (D125)', (role) => {
    for (const relationship of RELATIONSHIPS) expect(accessCell('audit_log', role, relationship)).toEqual({});
    for (const verb of VERBS) expect(mayEver(`audit_log:${verb}`, role)).toBe(false);
  });

  it('lets nobody write the audit log, and only compliance read all of it', () => {
    const readers = everyCell.filter(
      ({ resource, ...at }) =>
        resource === 'audit_log' && open(accessCell(resource, at.role, at.relationship)),
    );
    expect(
      readers.map(({ role, relationship }) => [
        role,
        relationship,
        accessCell('audit_log', role, relationship),
      ]),
    ).toEqual([
      ['org_admin', 'organization', { read: 'contact' }],
      ['compliance', 'organization', { read: 'all' }],
    ]);
  });

  it('opens a record to a specialist only while the patient is in their care (D124)', () => {
    expect(accessCell('patient', 'specialist', 'in_care')).toEqual({ read: 'all', update: 'all' });
    expect(accessCell('patient', 'specialist', 'organization').read).toBeUndefined();
    expect(accessCell('patient', 'specialist', 'organization').update).toBeUndefined();
  });

  it('lets a specialist share and end the care they have, and take none', () => {
    expect(accessCell('care_relationship', 'specialist', 'in_care')).toEqual({ create: 'all' });
    expect(accessCell('care_relationship', 'specialist', 'own')).toEqual({ read: 'all', update: 'all' });
    expect(accessCell('care_relationship', 'specialist', 'organization')).toEqual({});
  });

  it("opens nobody else's record to a patient (D124)", () => {
    for (const resource of ['patient', 'patient_person'] as const) {
      expect(accessCell(resource, 'patient', 'own').read).toBe('all');
      for (const relationship of RELATIONSHIPS.filter((word) => word !== 'own'))
        expect(accessCell(resource, 'patient', relationship)).toEqual({});
    }
  });

  it('opens no more than contact data to assistants and administrators', () => {
    for (const role of ['assistant', 'org_admin'] as const)
      for (const relationship of RELATIONSHIPS)
        for (const extent of Object.values(accessCell('patient', role, relationship)))
          expect(extent).toBe('contact');
  });

  it('opens nothing of another organization, but its profile, the upkeep of telemetry and counts of the delivery to a superadmin', () => {
    const opened = everyCell.filter(
      ({ resource, role, relationship }) =>
        relationship === 'none' && open(accessCell(resource, role, relationship)),
    );
    expect(opened).toEqual([
      { resource: 'organization', role: 'superadmin', relationship: 'none' },
      { resource: 'telemetry_upkeep', role: 'superadmin', relationship: 'none' },
      { resource: 'audit_delivery', role: 'superadmin', relationship: 'none' },
    ]);
  });

  it('opens nothing to the system and to anonymous callers', () => {
    for (const role of ['system', 'anonymous'] as const)
      for (const resource of RESOURCES) {
        for (const relationship of RELATIONSHIPS)
          expect(accessCell(resource, role, relationship)).toEqual({});
        for (const verb of VERBS) expect(mayEver(`${resource}:${verb}`, role)).toBe(false);
      }
  });

  it('lets a role pass a guard exactly where some relationship would allow it', () => {
    for (const resource of RESOURCES)
      for (const role of ROLES as readonly Role[])
        for (const verb of VERBS)
          for (const hasOpened of [true, false]) {
            const allowed = RELATIONSHIPS.filter((word) => hasOpened || word !== 'break_glass').some(
              (relationship) => accessCell(resource, role, relationship)[verb] !== undefined,
            );
            const may = mayEver(`${resource}:${verb}`, role, hasOpened);
            expect([resource, role, verb, may]).toEqual([resource, role, verb, allowed]);
          }
  });
});
