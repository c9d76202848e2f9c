import type { FastifyInstance, FastifyReply } from 'fastify';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { jsonText } from '../server/json-text.js';

const require = createRequire(import.meta.url);

/** Pages may load what this server gives, and nothing else; styles in the markup are how the API page is drawn. */
const CONTENT_SECURITY_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const ASSETS: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
};

const page = (title: string, body: string): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title}</title>${body}</html>\n`;

const DOCS_PAGE = page(
  'Rapport API',
  '<link rel="stylesheet" href="/docs/swagger-ui.css"></head><body><div id="docs"></div><script src="/docs/swagger-ui-bundle.js"></script><script src="/docs/start.js"></script></body>',
);
const DOCS_SCRIPT =
  "window.SwaggerUIBundle({ url: '/openapi.json', dom_id: '#docs', deepLinking: true, validatorUrl: null });\n";

const START_PAGE = page(
  'Rapport',
  `<style>body{font:1rem/1.6 system-ui,sans-serif;max-width:40rem;margin:4rem auto;padding:0 1rem;color:#1a1a2e}code{background:#f1f1f5;padding:.1em .3em}</style></head><body>
<h1>Rapport</h1>
<p>A relationship ledger: every touchpoint is an event, every number opens to the events behind it.</p>
<ul>
<li><a href="/docs">API</a> (<a href="/openapi.json">OpenAPI</a>)</li>
<li><a href="/v1/kinds">Kinds of touchpoints</a></li>
<li><a href="/v1/views">Views and how far they are</a></li>
<li><a href="/v1/events">Recorded events</a></li>
<li><a href="/v1/parties">Parties</a></li>
<li><a href="/readyz">Readiness</a>, <a href="/metrics">metrics</a></li>
</ul>
<p>Record something: <code>POST /v1/events</code> with a CloudEvent.</p>
</body>`,
);

/**
 * The start page, the page of the API and its document. They need no pipeline: they are the same for everybody. The page
 * of the API is drawn from files of this installation, without any request elsewhere.
 */
export function addDocsRoutes(instance: FastifyInstance, document: () => Promise<object>): void {
  let documentText: Promise<string> | undefined;
  const assets = new Map<string, Promise<Buffer>>();
  instance.get('/', (_request, reply) => sendHtml(reply, START_PAGE));
  instance.get('/docs', (_request, reply) => sendHtml(reply, DOCS_PAGE));
  instance.get('/docs/start.js', (_request, reply) =>
    reply.header('Content-Type', 'text/javascript; charset=utf-8').send(DOCS_SCRIPT),
  );
  for (const [name, type] of Object.entries(ASSETS)) {
    instance.get(`/docs/${name}`, async (_request, reply) => {
      const file =
        assets.get(name) ?? readFile(join(dirname(require.resolve('swagger-ui-dist/package.json')), name));
      assets.set(name, file);
      return reply
        .header('Content-Type', type)
        .header('Cache-Control', 'public, max-age=3600')
        .send(await file);
    });
  }
  instance.get('/openapi.json', async (_request, reply) => {
    const text = (documentText ??= document().then(jsonText));
    text.catch(() => (documentText = undefined)); // who asks next may have better luck
    return reply.header('Content-Type', 'application/json; charset=utf-8').send(await text);
  });
}

const sendHtml = (reply: FastifyReply, html: string): FastifyReply =>
  reply
    .header('Content-Type', 'text/html; charset=utf-8')
    .header('Content-Security-Policy', CONTENT_SECURITY_POLICY)
    .header('X-Frame-Options', 'DENY')
    .send(html);
