import 'reflect-metadata';
import { createOpenApiDocument } from '@restartix/http';
import { OPEN_API } from './http-options';
import { createPreview } from './preview';

/** Prints the OpenAPI document of core-api. */
createPreview()
  .then((app) => process.stdout.write(`${JSON.stringify(createOpenApiDocument(app, OPEN_API), null, 2)}\n`))
  .catch((error: Error) => {
    process.stderr.write(`${error.stack ?? error.message}\n`);
    process.exitCode = 1;
  });
