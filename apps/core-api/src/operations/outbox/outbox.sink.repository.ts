import { Injectable } from '@nestjs/common';
import { AuditSink } from '@restartix/audit';
import { requireContext } from '@restartix/context';
import type { AuditEvent } from '@restartix/contracts';
import type { Statement } from '@restartix/database';
import { MainDatabases } from '../../platform/main-databases';
import { outboxAlongside, outboxStatement } from '../../platform/outbox-insert.repository';

/** core-api's events go to the transactional outbox. */
@Injectable()
export class OutboxSink extends AuditSink {
  constructor(private readonly databases: MainDatabases) {
    super();
  }

  statement(events: readonly AuditEvent[]): Statement {
    return outboxStatement(events);
  }

  alongside(select: Statement, event: AuditEvent): Statement {
    return outboxAlongside(select, event);
  }

  async existsElsewhere(resourceType: string, resourceId: string): Promise<boolean> {
    const [row] = await this.databases.requests.query<{ elsewhere: boolean }>(
      'select record_exists_elsewhere($1, $2, $3) as elsewhere',
      [resourceType, resourceId, requireContext().organizationId],
    );
    return row?.elsewhere ?? false;
  }
}
