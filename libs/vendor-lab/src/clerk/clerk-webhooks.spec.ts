import { verifyWebhook } from '@clerk/backend/webhooks';
import { signClerkWebhook, type SignedWebhook } from './clerk-webhooks';

const SECRET = `whsec_${Buffer.from('a secret of twenty-four b').toString('base64')}`;
const EVENT = { type: 'session.revoked', data: { id: 'sess_1', user_id: 'user_1' } };

describe("the Clerk emulator's webhooks", () => {
  const verify = ({ headers, body }: SignedWebhook, signingSecret = SECRET) =>
    verifyWebhook(new Request('https://api.example', { method: 'POST', headers, body }), { signingSecret });

  it('are taken by @clerk/backend', async () => {
    await expect(verify(signClerkWebhook(SECRET, EVENT))).resolves.toMatchObject(EVENT);
  });

  it('are refused under another secret, with another body, and signed too long ago', async () => {
    const signed = signClerkWebhook(SECRET, EVENT);
    const other = `whsec_${Buffer.from('another secret of some by').toString('base64')}`;
    await expect(verify(signed, other)).rejects.toThrow('No matching signature');
    const body = signed.body.replace('sess_1', 'sess_2');
    await expect(verify({ ...signed, body })).rejects.toThrow('No matching signature');
    const signedAt = new Date(Date.now() - 6 * 60_000);
    await expect(verify(signClerkWebhook(SECRET, { ...EVENT, signedAt }))).rejects.toThrow('too old');
  });

  it('carry the id that was asked for, so that one event can be told twice', () => {
    const twice = [1, 2].map(() => signClerkWebhook(SECRET, { ...EVENT, id: 'msg_1' }));
    expect(twice.map(({ headers }) => headers['svix-id'])).toEqual(['msg_1', 'msg_1']);
  });
});
