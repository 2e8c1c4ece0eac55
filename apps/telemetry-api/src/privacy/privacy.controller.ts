import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { CONSENT_LEVELS, type ExclusionsState, type WithdrawalReceipt } from '@restartix/contracts';
import { declareAccess } from '@restartix/http';
import { readBody } from '../channel-body';
import { dateTime, integer, object, oneOf, uuid } from '../shape';
import { ExclusionsService } from './exclusions.service';
import { WithdrawalsService, type Withdrawal } from './withdrawals.service';

const readWithdrawal = object<Withdrawal>({
  withdrawal_id: uuid,
  organization_id: integer(1, 2_147_483_647),
  user_id: uuid,
  level: oneOf(CONSENT_LEVELS),
  withdrawn_at: dateTime,
});

/** Withdrawn consents and excluded networks, for core-api only. */
@Controller('internal/v1/privacy')
@declareAccess({ kind: 'channel' })
export class PrivacyController {
  constructor(
    private readonly withdrawals: WithdrawalsService,
    private readonly exclusions: ExclusionsService,
  ) {}

  @Post('withdrawals')
  @HttpCode(200)
  remove(@Body() body: unknown): Promise<WithdrawalReceipt> {
    return this.withdrawals.remove(readBody(readWithdrawal, body));
  }

  @Post('exclusions/state')
  @HttpCode(200)
  state(): Promise<ExclusionsState> {
    return this.exclusions.state();
  }
}
