import { Resolver } from 'node:dns/promises';
import { DnsLab } from './dns-lab';

describe('the name server of the lab', () => {
  const lab = new DnsLab();
  const resolver = new Resolver({ timeout: 1000, tries: 1 });

  beforeAll(async () => {
    await lab.start();
    resolver.setServers([lab.server]);
  });
  afterAll(() => lab.stop());

  it('answers with what is published under a name, however long and in whatever case', async () => {
    const long = 'x'.repeat(300);
    lab.publish('_a.clinic.example', 'one');
    lab.publish('_a.clinic.example', long);
    const found = await resolver.resolveTxt('_A.Clinic.example');
    expect(found.map((parts) => parts.join(''))).toEqual(['one', long]);
    expect(found[1]!.map((part) => part.length)).toEqual([255, 45]);
  });

  it('knows no other name, and none that was taken away', async () => {
    await expect(resolver.resolveTxt('_b.clinic.example')).rejects.toMatchObject({ code: 'ENOTFOUND' });
    lab.withdraw('_a.clinic.example');
    await expect(resolver.resolveTxt('_a.clinic.example')).rejects.toMatchObject({ code: 'ENOTFOUND' });
  });

  it('fails when it is broken', async () => {
    lab.isBroken = true;
    await expect(resolver.resolveTxt('_c.clinic.example')).rejects.toMatchObject({ code: 'ESERVFAIL' });
  });
});
