import { Module } from '@nestjs/common';
import { ProcessPoliciesRepository } from './process-policies.repository';
import { ProcessPoliciesService } from './process-policies.service';

@Module({ providers: [ProcessPoliciesService, ProcessPoliciesRepository] })
export class ProcessPoliciesModule {}
