import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { SampleModule, startSample } from '../../test/sample-app';
import { createOpenApiDocument } from './document';

const info = { title: 'Sample', description: 'For tests', version: '1' };

describe('OpenAPI document', () => {
  it('is made without starting anything and says who may call and how it fails', async () => {
    const app = await NestFactory.create(SampleModule, { preview: true, logger: false });
    const document = createOpenApiDocument(app, info);
    const read = document.paths['/v1/things/{id}']!.get!;
    expect(read.security).toEqual([{ bearer: [] }]);
    expect(read.parameters).toMatchObject([{ in: 'path', schema: { type: 'string', format: 'uuid' } }]);
    expect(Object.keys(read.responses)).toEqual(
      expect.arrayContaining(['400', '401', '403', '404', '500', '503']),
    );
    const create = document.paths['/v1/things']!.post!;
    expect(create.security).toBeUndefined();
    expect(create.responses['415']).toMatchObject({
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
    });
    expect(create.responses['201']).toMatchObject({
      content: {
        'application/json': { schema: { properties: { data: { $ref: '#/components/schemas/Thing' } } } },
      },
    });
    expect(document.paths['/v1/things/old']!.get!.deprecated).toBe(true);
    expect(document.components!.schemas).toMatchObject({ Problem: { type: 'object' }, DependencyHealth: {} });
  });

  describe('served', () => {
    let app: NestExpressApplication;
    let url: string;
    beforeAll(async () => {
      ({ app, url } = await startSample());
    });
    afterAll(() => app.close());

    it('stands at /docs-json as JSON', async () => {
      const response = await fetch(`${url}/docs-json`);
      expect(response.headers.get('content-type')).toContain('application/json');
      expect(await response.json()).toMatchObject({ info: { title: 'Sample' } });
    });

    it('can be browsed at /docs with scripts and styles of our own origin, as its policy demands', async () => {
      const page = await fetch(`${url}/docs`);
      const html = await page.text();
      expect(page.headers.get('content-security-policy')).toContain("default-src 'self'");
      expect(html).not.toMatch(/<script>|<script(?![^>]*src=)|https?:\/\/(?!www\.w3\.org)/);
      const assets = [...html.matchAll(/(?:src|href)="([^"]+\.(?:js|css|png))"/g)].map(([, path]) => path!);
      expect(assets.length).toBeGreaterThanOrEqual(4);
      for (const asset of assets) {
        const response = await fetch(new URL(asset, `${url}/docs`));
        expect({ asset, status: response.status }).toEqual({ asset, status: 200 });
        await response.arrayBuffer();
      }
    });
  });
});
