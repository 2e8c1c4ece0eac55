import 'reflect-metadata';
import { readAudit } from '@restartix/audit';
import { assertEveryRouteDeclared, listRoutes, rateClassOf, type Route } from '@restartix/http';
import { listJobs, type JobDefinition } from '@restartix/queue';
import { isAboutLogin, stepUpPurposeOf } from '@restartix/tenancy';
import { createPreview } from './preview';

/** One door of core-api as it declares itself. */
function describe({ method, path, access, handler, controller }: Route): object {
  return {
    route: `${method} ${path}`,
    access: access?.kind === 'permission' ? access.permission : access?.kind,
    ...(access?.kind === 'public' ? { reason: access.reason } : {}),
    rate: rateClassOf(handler, controller),
    step_up: stepUpPurposeOf(handler, controller),
    ...(isAboutLogin(handler, controller) ? { about_login: true } : {}),
    ...(readAudit(handler) ?? { events: [] }),
  };
}

/** What waits in a queue for core-api. */
function describeJob({ queue, name, attempts }: JobDefinition<object>): object {
  return { job: name, queue, attempts };
}

/** Prints the inventory of every door: who may call it, what it leaves in the audit trail, what it shows; and jobs. */
createPreview()
  .then((app) => {
    assertEveryRouteDeclared(app);
    const inventory = { routes: listRoutes(app).map(describe), jobs: listJobs(app).map(describeJob) };
    process.stdout.write(`${JSON.stringify(inventory, null, 2)}\n`);
  })
  .catch((error: Error) => {
    process.stderr.write(`${error.stack ?? error.message}\n`);
    process.exitCode = 1;
  });
