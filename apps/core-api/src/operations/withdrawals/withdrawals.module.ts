import { Module } from '@nestjs/common';
import { WithdrawalsRelay } from './withdrawals.relay';
import { WithdrawalsRepository } from './withdrawals.repository';

@Module({ providers: [WithdrawalsRelay, WithdrawalsRepository] })
export class WithdrawalsModule {}
