import type { Platform } from '@restartix/testing';

type Work = () => Promise<unknown>;

/** Does work while statements on patients wait until their time is out. */
export async function whilePatientsAreLocked(platform: Platform, work: Work): Promise<void> {
  const superuser = await platform.superuser('main');
  await superuser.transaction({}, async (sql) => {
    await sql.query('lock table patients, users in access exclusive mode');
    await work();
  });
  await superuser.close();
}

/** Does work while the database refuses what it should take, with the whole row in its message. */
export async function whilePatientsAreRefused(platform: Platform, work: Work): Promise<void> {
  await between(
    platform,
    'alter table patients add constraint planted check (version < 0) not valid',
    'alter table patients drop constraint planted',
    work,
  );
}

/** Does work while the services meet a database that is not theirs. */
export async function whileAColumnIsGone(platform: Platform, work: Work): Promise<void> {
  await between(
    platform,
    'alter table patients rename column first_name to planted',
    'alter table patients rename column planted to first_name',
    work,
  );
}

/** Does work while nobody takes events. */
export async function whileTelemetryIsAway(platform: Platform, work: Work): Promise<void> {
  await platform.kill('telemetryApi');
  await work();
  await platform.start('telemetryApi');
}

async function between(platform: Platform, before: string, after: string, work: Work): Promise<void> {
  const superuser = await platform.superuser('main');
  try {
    await superuser.query(before);
    await work();
    await superuser.query(after);
  } finally {
    await superuser.close();
  }
}
