import type { NestExpressApplication } from '@nestjs/platform-express';
import { SwaggerModule } from '@nestjs/swagger';
import type { NextFunction, Request, Response } from 'express';
import { documentationPolicy } from '../intake/security-headers';
import { createOpenApiDocument, type OpenApiInfo } from './document';

/** Serves the document at /docs-json and a page to browse it at /docs, from files of this installation only. */
export function serveDocumentation(app: NestExpressApplication, info: OpenApiInfo): void {
  const policy = documentationPolicy();
  app.use('/docs', (_request: Request, response: Response, next: NextFunction) => {
    response.setHeader('Content-Security-Policy', policy);
    next();
  });
  SwaggerModule.setup('docs', app, () => createOpenApiDocument(app, info), {
    jsonDocumentUrl: 'docs-json',
    raw: ['json'],
    customSiteTitle: info.title,
  });
}
