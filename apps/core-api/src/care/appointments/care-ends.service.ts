import { Injectable } from '@nestjs/common';
import { createContext, runInContext } from '@restartix/context';
import { UnitOfWork } from '@restartix/database';
import { v7 as uuidv7 } from 'uuid';
import { CareService } from '../../access/care/care.service';
import { SettingsService } from '../../organizations/settings/settings.service';
import { organizationIds } from '../../platform/organization-ids.repository';

/** Ends the care that appointments opened, so many days after the last visit as the organization says. */
@Injectable()
export class CareEndsService {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly care: CareService,
    private readonly settings: SettingsService,
  ) {}

  /** In every organization; answers how many relationships were closed. */
  closeDue(now: Date): Promise<number> {
    return runInContext(createContext({ requestId: uuidv7() }), async () => {
      const organizations = await this.uow.asSystem('care after visits', null, () =>
        organizationIds(this.uow),
      );
      let closed = 0;
      for (const id of organizations)
        closed += await this.uow.asSystem('care ends some days after the last visit', id, async () => {
          const { care_days_after_visit: days } = await this.settings.current();
          return this.care.closeAfterVisits(now, days);
        });
      return closed;
    });
  }
}
