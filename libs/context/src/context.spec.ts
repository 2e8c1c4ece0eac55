import { setImmediate as turn } from 'node:timers/promises';
import { createContext, currentContext, identify, requireContext, runInContext, type Actor } from './index';

const actor = (userId: string): Actor => ({
  userId,
  role: 'specialist',
  emailEnvelope: null,
  sessionId: null,
});

describe('request context', () => {
  it('is not there outside runInContext', () => {
    expect(currentContext()).toBeUndefined();
    expect(() => requireContext()).toThrow('No request context is open');
    expect(() => identify(actor('u'), 1)).toThrow('No request context is open');
  });

  it('is seen by everything the work awaits and is gone afterwards', async () => {
    const context = createContext({ requestId: 'r1' });
    const seen = await runInContext(context, async () => {
      await turn();
      return [requireContext(), await turn().then(() => requireContext())];
    });
    expect(seen).toEqual([context, context]);
    expect(currentContext()).toBeUndefined();
  });

  it('knows nobody until identified, then who and for which organization', () => {
    runInContext(createContext({ requestId: 'r1' }), () => {
      expect(requireContext()).toMatchObject({ actor: null, organizationId: null });
      identify(actor('u1'), 2);
      expect(requireContext()).toMatchObject({ actor: { userId: 'u1' }, organizationId: 2 });
    });
  });

  it('refuses to identify a second time and keeps the first', () => {
    runInContext(createContext({ requestId: 'r1' }), () => {
      identify(actor('u1'), 1);
      expect(() => identify(actor('u2'), 2)).toThrow('already identified');
      expect(requireContext()).toMatchObject({ actor: { userId: 'u1' }, organizationId: 1 });
    });
  });

  it('refuses to identify again for an anonymous caller, who has no user id', () => {
    runInContext(createContext({ requestId: 'r1' }), () => {
      identify({ userId: null, role: 'anonymous', emailEnvelope: null, sessionId: null }, null);
      expect(() => identify(actor('u2'), 2)).toThrow('already identified');
      expect(requireContext().organizationId).toBeNull();
    });
  });

  it('keeps a thousand pieces of work of two organizations apart', async () => {
    const slot = Symbol('seen');
    const work = (index: number) =>
      runInContext(createContext({ requestId: `r${index}` }), async () => {
        await turn();
        identify(actor(`u${index}`), 1 + (index % 2));
        requireContext().slots.set(slot, index);
        for (let step = 0; step < 1 + (index % 5); step++) await turn();
        const { requestId, actor: who, organizationId, slots } = requireContext();
        return [requestId, who?.userId, organizationId, slots.get(slot)];
      });
    const results = await Promise.all(Array.from({ length: 1000 }, (_, index) => work(index)));
    expect(results).toEqual(results.map((_, index) => [`r${index}`, `u${index}`, 1 + (index % 2), index]));
  });

  it('gives an inner context back to the outer one', async () => {
    await runInContext(createContext({ requestId: 'outer' }), async () => {
      const inner = await runInContext(createContext({ requestId: 'inner' }), async () => {
        await turn();
        return requireContext().requestId;
      });
      expect([inner, requireContext().requestId]).toEqual(['inner', 'outer']);
    });
  });

  it('begins every context with empty slots of its own', () => {
    const [one, two] = [createContext({ requestId: '1' }), createContext({ requestId: '2' })];
    one.slots.set(Symbol('x'), 1);
    expect(two.slots.size).toBe(0);
  });
});
