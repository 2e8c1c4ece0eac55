import 'reflect-metadata';
import { readAudit } from '@restartix/audit';
import { listRoutes, type Route } from '@restartix/http';
import { createPreview } from './preview';

/** One door of core-api as it declares itself. */
function describe({ method, path, access, handler }: Route): object {
  const audit = readAudit(handler);
  return {
    route: `${method} ${path}`,
    access: access?.kind === 'permission' ? access.permission : access?.kind,
    ...(access?.kind === 'public' ? { reason: access.reason } : {}),
    ...(audit ? { events: audit.events, each: audit.each } : { events: [] }),
    ...(audit?.shows ? { shows: audit.shows } : {}),
  };
}

/** Prints the inventory of every route: who may call it, what it leaves in the audit trail, what it shows. */
createPreview()
  .then((app) => process.stdout.write(`${JSON.stringify(listRoutes(app).map(describe), null, 2)}\n`))
  .catch((error: Error) => {
    process.stderr.write(`${error.stack ?? error.message}\n`);
    process.exitCode = 1;
  });
