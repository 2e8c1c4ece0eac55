import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import type {
  RetentionHold,
  RetentionHoldLift,
  RetentionPlan,
  RetentionPlanRequest,
} from '@restartix/contracts';
import { declareAccess } from '@restartix/http';
import { readBody } from '../channel-body';
import { day, nullable, object, organizationId, uuid } from '../shape';
import { RetentionService } from './retention.service';

const readHold = object<RetentionHold>({
  hold_id: uuid,
  organization_id: organizationId,
  patient_id: nullable(uuid),
});
const readLift = object<RetentionHoldLift>({ hold_id: uuid, organization_id: organizationId });
const readPlan = object<RetentionPlanRequest>({ organization_id: organizationId, on: nullable(day) });

/** Legal holds and the retention plan, for core-api only, which has decided who may and has recorded that they do. */
@Controller('internal/v1/retention')
@declareAccess({ kind: 'channel' })
export class RetentionController {
  constructor(private readonly retention: RetentionService) {}

  @Post('holds')
  @HttpCode(200)
  async place(@Body() body: unknown): Promise<object> {
    await this.retention.place(readBody(readHold, body));
    return {};
  }

  @Post('holds/lift')
  @HttpCode(200)
  async lift(@Body() body: unknown): Promise<object> {
    await this.retention.lift(readBody(readLift, body));
    return {};
  }

  @Post('plan')
  @HttpCode(200)
  plan(@Body() body: unknown): Promise<RetentionPlan> {
    return this.retention.plan(readBody(readPlan, body));
  }
}
