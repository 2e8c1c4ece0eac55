import { ApiProperty } from '@nestjs/swagger';
import type { Criticality } from './criticality';

export const HEALTH_STATES = ['ok', 'degraded', 'down'] as const;
export type HealthState = (typeof HEALTH_STATES)[number];

/** One dependency as the service sees it now. */
export class DependencyHealth {
  @ApiProperty({ enum: HEALTH_STATES })
  status: HealthState;

  @ApiProperty({ enum: ['critical', 'high', 'medium', 'low', 'none'] })
  criticality: Criticality;

  @ApiProperty({ description: 'What stands still while it is down.' })
  impact: string;
}

/** Answer of /health and /health/ready: `down` only when a critical dependency is down. */
export class HealthReport {
  @ApiProperty({ enum: HEALTH_STATES })
  status: HealthState;

  @ApiProperty({ type: 'object', additionalProperties: { $ref: '#/components/schemas/DependencyHealth' } })
  dependencies: Record<string, DependencyHealth>;
}
