import type { Metrics } from '@restartix/logging';
import type { PoolUse } from './database';

/** Use of connection pools by name: connections at work and idle, callers who wait, the most there may be. */
export function measurePools(metrics: Metrics, pools: Readonly<Record<string, { use(): PoolUse }>>): void {
  const POOL = 'db.client.connection.pool.name';
  const STATE = 'db.client.connection.state';
  const each = (tell: (use: PoolUse, name: string) => void): void => {
    for (const [name, pool] of Object.entries(pools)) tell(pool.use(), name);
  };
  metrics.gauge(
    { name: 'db.client.connection.count', help: 'Connections by state.', labels: [POOL, STATE] },
    (set) =>
      each(({ used, idle }, name) => {
        set(used, { [POOL]: name, [STATE]: 'used' });
        set(idle, { [POOL]: name, [STATE]: 'idle' });
      }),
  );
  metrics.gauge(
    { name: 'db.client.connection.max', help: 'Most connections there may be.', labels: [POOL] },
    (set) => each(({ max }, name) => set(max, { [POOL]: name })),
  );
  metrics.gauge(
    { name: 'db.client.connection.pending_requests', help: 'Callers who wait for one.', labels: [POOL] },
    (set) => each(({ waiting }, name) => set(waiting, { [POOL]: name })),
  );
}
