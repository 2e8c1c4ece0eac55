import { createHash } from 'node:crypto';
import type { AuditEvent } from '@restartix/contracts';
import { CanonicalError, canonicalJson } from '@restartix/crypto';
import fc from 'fast-check';
import { canonicalEvent } from './canonical-event';
import { leafOf, newLeaves, type Leaf } from './leaf';
import vectors from './leaf-vectors.json';

const nested = (levels: number): unknown => (levels === 0 ? 'end' : { in: nested(levels - 1) });

describe('the leaf of an event', () => {
  it.each(vectors)('is as the vector says: $name', ({ event, canonical, leaf_hash }) => {
    const leaf = leafOf(event as AuditEvent);
    expect(leaf.canonical).toBe(canonical);
    expect(leaf.hash.toString('hex')).toBe(leaf_hash);
    expect(createHash('sha256').update(Buffer.of(0)).update(canonical).digest('hex')).toBe(leaf_hash);
  });

  it('changes with every field', () => {
    const event = vectors[0]?.event;
    const original = leafOf(event as AuditEvent).hash;
    for (const field of Object.keys(event ?? {}) as (keyof AuditEvent)[]) {
      const changed = { ...event, [field]: field === 'details' ? { a: 1 } : 'x' } as AuditEvent;
      expect([field, leafOf(changed).hash.equals(original)]).toEqual([field, false]);
    }
  });
});

describe('the canonical text of an event', () => {
  it('is RFC 8785 canonical JSON, whatever its free parts hold', () => {
    const event = vectors[0]?.event;
    const text = fc.option(fc.string({ unit: 'grapheme' }).filter((value) => !value.includes('\u0000')));
    const json = fc.dictionary(
      fc.string({ unit: 'grapheme' }).filter((name) => name !== '__proto__' && !name.includes('\u0000')),
      fc.oneof(fc.maxSafeInteger(), fc.boolean(), text, fc.array(fc.maxSafeInteger())),
    );
    fc.assert(
      fc.property(text, text, text, json, (user_agent, request_id, resource_id, details) => {
        const generated = { ...event, user_agent, request_id, resource_id, details } as AuditEvent;
        expect(canonicalEvent(generated)).toBe(canonicalJson(generated));
      }),
    );
  });

  it.each([
    ['details.a[1].b', { details: { a: [0, { b: 0.5 }] } }],
    ['details.n', { details: { n: 2 ** 53 } }],
    ['user_agent', { user_agent: 'a\u0000b' }],
    ['request_id', { request_id: '\ud800' }],
    ['details.in.in', { details: nested(31) }],
  ])('does not exist for a value no store keeps exactly: %s', (path, fields) => {
    const event = { ...vectors[0]?.event, ...fields } as AuditEvent;
    expect(() => canonicalEvent(event)).toThrow(CanonicalError);
    expect(() => canonicalEvent(event)).toThrow(path);
  });
});

it('takes details as deep as the line of an export holds them', () => {
  const event = { ...vectors[0]?.event, details: nested(30) } as AuditEvent;
  const canonical = canonicalEvent(event);
  expect(canonicalJson({ event })).toBe(`{"event":${canonical}}`);
  expect(() => canonicalJson({ event: { ...event, details: nested(31) } })).toThrow(CanonicalError);
});

describe('places in the log', () => {
  const leaf = (eventId: string, organizationId: number): Leaf => ({
    eventId,
    organizationId,
    canonical: '',
    hash: Buffer.alloc(32),
  });

  it('go to the first leaf of each event that is not known', () => {
    const leaves = [leaf('a', 1), leaf('b', 1), leaf('a', 1), leaf('c', 2), leaf('b', 2)];
    expect(newLeaves(leaves, new Set(['c'])).map(({ eventId }) => eventId)).toEqual(['a', 'b']);
  });
});
