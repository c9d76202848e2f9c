import 'reflect-metadata';
import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { RapportError } from '@rapport/kernel';
import type { Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { ProblemFilter } from '../errors/problem.filter.js';
import { addIngestRoute } from '../ingest/ingest.plugin.js';
import { addDocsRoutes } from '../openapi/docs.routes.js';
import { openApiDocument } from '../openapi/document.js';
import { queryPipe } from '../requests/query.pipe.js';
import { ApiModule } from './api.module.js';
import { fastifyAdapter, prepareInstance } from './fastify-adapter.js';
import { ServerContext } from './server-context.js';
import { settingsOf, type ServerOptions } from './server-options.js';

/** A server that answers. */
export interface RunningServer {
  /** Its address: `http://127.0.0.1:4000`. */
  readonly url: string;
  /**
   * Stops it: says so in `/readyz` and still answers for `drainMs`, then takes nothing new, finishes what is under way, ends
   * live feeds, and closes Rapport.
   */
  close(): Promise<void>;
  readonly app: INestApplication;
}

/**
 * Starts the HTTP API.
 * @throws RapportError `INVALID_CONFIGURATION` for an address that others can reach, without `allowRemote`
 * @example
 * const server = await startServer({ rapport, port: 4000 });
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const settings = settingsOf(options);
  const context = new ServerContext(settings);
  await openDefaultTenant(context);
  const app = await NestFactory.create<NestFastifyApplication>(
    ApiModule.of(context),
    fastifyAdapter(context),
    {
      bodyParser: false,
      logger: false,
      abortOnError: false,
    },
  );
  const instance = app.getHttpAdapter().getInstance();
  await prepareInstance(instance, context);
  addIngestRoute(instance, context);
  addDocsRoutes(instance, () => openApiDocument(app));
  app.useGlobalFilters(new ProblemFilter(settings.log));
  app.useGlobalPipes(queryPipe());
  await app.listen(settings.port, settings.host);
  settings.log({ level: 'info', event: 'started' });
  let closing: Promise<void> | undefined;
  return {
    url: addressOf(app.getHttpServer(), settings.host),
    app,
    close: () => (closing ??= stop(app, context)),
  };
}

/**
 * Opens the tenant that most requests speak to, so that readiness tells of it from the start and no touchpoint waits for
 * the first of its kind to be checked.
 */
async function openDefaultTenant(context: ServerContext): Promise<void> {
  try {
    const { kinds, writable } = await context.tenants.forRecording(context.settings.defaultTenant);
    if (writable) for (const kind of kinds.all) kind.prepare();
  } catch (error) {
    // Beside a writer that has not recorded anything yet there is no tenant: that is an answer for requests, not a fault.
    if (!(error instanceof RapportError) || error.category !== 'notFound') throw error;
  }
}

function addressOf(server: Server, host: string): string {
  const address = server.address();
  if (address === null || typeof address === 'string')
    throw new RapportError('INTERNAL', 'The server has no address.');
  return `http://${host.includes(':') ? `[${host.replace(/^\[|\]$/g, '')}]` : host}:${address.port}`;
}

async function stop(app: NestFastifyApplication, context: ServerContext): Promise<void> {
  const { log, limits, drainMs, rapport } = context.settings;
  log({ level: 'info', event: 'stopping' });
  const server: Server = app.getHttpServer();
  context.drain();
  if (drainMs > 0) await sleep(drainMs);
  context.stop();
  const closed = app.close();
  const bound = new AbortController();
  const late = sleep(limits.stopTimeoutMs, 'late', { signal: bound.signal }).catch(() => 'cancelled');
  if ((await Promise.race([closed, late])) === 'late') server.closeAllConnections();
  bound.abort();
  await closed;
  context.metrics.close();
  await rapport.close();
  log({ level: 'info', event: 'stopped' });
}
