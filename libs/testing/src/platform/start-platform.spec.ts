import { startPlatform, type Platform } from './start-platform';

describe('a platform for a spec', () => {
  let platform: Platform;

  beforeAll(async () => {
    platform = await startPlatform({ patients: 12 });
  }, 120_000);

  afterAll(() => platform?.stop());

  const patients = async (organization: number): Promise<Response> =>
    fetch(`${platform.coreApi}/v1/patients?page_size=100`, {
      headers: { authorization: `Bearer ${platform.organizations[organization]!.tokens.specialist}` },
    });

  it('has two organizations whose specialists see their own patients only', async () => {
    for (const organization of [0, 1]) {
      const { data } = (await (await patients(organization)).json()) as { data: { id: string }[] };
      const inCare = platform.organizations[organization]!.patients.slice(0, 10);
      expect(data.map(({ id }) => id).sort()).toEqual([...inCare].sort());
    }
  });

  it('comes back on the same port after its service was killed', async () => {
    await platform.kill('coreApi');
    await expect(patients(0)).rejects.toThrow();
    await platform.start('coreApi');
    expect((await patients(0)).status).toBe(200);
  });

  it('shows what its services wrote', () => {
    expect(platform.logs('coreApi')).toContain('core-api');
  });

  it('opens its databases past every policy', async () => {
    const superuser = await platform.superuser('main');
    const rows = await superuser.query<{ n: number }>('select count(*)::int as n from patients');
    await superuser.close();
    expect(rows).toEqual([{ n: 24 }]);
  });
});
