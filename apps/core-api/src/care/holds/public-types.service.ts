import { Injectable } from '@nestjs/common';
import { Clock } from '@restartix/context';
import type { PublishedType, PublicAppointmentType, Timeslot, TimeslotsQuery } from '@restartix/contracts';
import { DomainsService } from '../../organizations/domains/domains.service';
import { SpecialistsService } from '../../people/specialists/specialists.service';
import { caller } from '../../platform/caller';
import { AvailabilityService } from '../scheduling/availability.service';
import { HoldStore } from './hold-store';
import { StrangerRepository } from './stranger.repository';

/** What strangers may see of published types: the columns declared public, and free times that nobody holds. */
@Injectable()
export class PublicTypesService {
  constructor(
    private readonly strangers: StrangerRepository,
    private readonly store: HoldStore,
    private readonly availability: AvailabilityService,
    private readonly specialists: SpecialistsService,
    private readonly clock: Clock,
    private readonly domains: DomainsService,
  ) {}

  /** Throws not_found for a host name nobody has proven. */
  async ofHost(host: string): Promise<PublishedType[]> {
    return this.strangers.publishedTypes((await this.domains.resolve(host)).id);
  }

  /** Throws not_found for a type that is not published, as everything here. */
  details(typeId: string): Promise<PublicAppointmentType> {
    return this.strangers.forType(typeId, async () => {
      const now = this.clock.now().getTime();
      const { type, clinics, specialists } = await this.availability.inputsOf(typeId, [now, now + 1]);
      const sealed = new Map(specialists.map(({ id, name }) => [id, name]));
      const names = await this.specialists.namesOf(caller().organizationId, sealed);
      return {
        ...{ id: type.id, title: type.title, description: type.description, mode: type.mode },
        duration_minutes: type.duration_minutes,
        specialists: specialists.map(({ id, title }) => ({ id, name: names.get(id) ?? '', title })),
        clinics: clinics
          .filter(({ id }) => type.clinic_id === null || id === type.clinic_id)
          .map(({ id, name, address, city, timezone }) => ({ id, name, address, city, timezone })),
      };
    });
  }

  /** Free times that nobody holds. Throws holds_unavailable while Redis is away. */
  timeslots(typeId: string, query: TimeslotsQuery): Promise<Timeslot[]> {
    return this.strangers.forType(typeId, async () =>
      this.availability.search(typeId, query, await this.store.heldOf(typeId)),
    );
  }
}
