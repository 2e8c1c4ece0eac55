import { Injectable } from '@nestjs/common';
import { requireContext, runInContext } from '@restartix/context';
import type { PublishedType } from '@restartix/contracts';
import { notFound } from '@restartix/errors';
import { MainDatabases } from '../../platform/main-databases';

/** Strangers: nobody is signed in, and the published type says whose clinic this is. */
@Injectable()
export class StrangerRepository {
  constructor(private readonly databases: MainDatabases) {}

  /** What strangers may book in an organization, through the one function that shows it. */
  publishedTypes(organizationId: number): Promise<PublishedType[]> {
    return this.databases.requests.query<PublishedType>('select * from published_types($1)', [
      organizationId,
    ]);
  }

  /**
   * Runs work as nobody in the organization of a published type; row-level security then shows nothing but what is
   * declared public. Throws not_found for a type that is not published.
   */
  async forType<T>(typeId: string, work: () => Promise<T>): Promise<T> {
    const [row] = await this.databases.requests.query<{ organization: number | null }>(
      'select resolve_appointment_type($1) as organization',
      [typeId],
    );
    if (!row?.organization) throw notFound();
    return runInContext({ ...requireContext(), organizationId: row.organization }, work);
  }
}
