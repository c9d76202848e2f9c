import { createServer, type Server, type ServerResponse } from 'node:http';
import { Injectable } from '@nestjs/common';
import { RapportError } from '@rapport/kernel';
import { isReady, metricsOf, readinessOf } from './worker-health.js';
import { WorkerContext } from './worker-context.js'; // a value: Nest finds it by its class

const JSON_TYPE = 'application/json; charset=utf-8';
const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** Answers what those who run the worker ask: `/healthz`, `/readyz`, `/metrics`. It names no tenant and no person. */
@Injectable()
export class HealthServer {
  private readonly server: Server = createServer((request, response) => {
    this.answer(request.url ?? '', response).catch((error: unknown) =>
      send(response, 503, JSON_TYPE, JSON.stringify({ ready: false, error: codeOf(error) })),
    );
  });

  constructor(private readonly context: WorkerContext) {}

  /** Its address: `http://127.0.0.1:7071`. */
  get url(): string {
    const address = this.server.address();
    if (address === null || typeof address === 'string')
      throw new RapportError('INTERNAL', 'The worker has no address.');
    const { host } = this.context.address;
    return `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`;
  }

  listen(): Promise<void> {
    const { host, port } = this.context.address;
    return new Promise((resolve, reject) => {
      this.server.once('error', reject).listen(port, host, resolve);
    });
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
  }

  private async answer(url: string, response: ServerResponse): Promise<void> {
    switch (url.split('?', 1)[0]) {
      case '/healthz':
        return send(response, 200, JSON_TYPE, JSON.stringify({ alive: true }));
      case '/readyz': {
        const health = await this.context.worker.health();
        const ready = !this.context.isStopping && isReady(health);
        return send(
          response,
          ready ? 200 : 503,
          JSON_TYPE,
          JSON.stringify({ ready, ...readinessOf(health) }),
        );
      }
      case '/metrics':
        return send(response, 200, METRICS_TYPE, metricsOf(await this.context.worker.health()));
      case undefined:
      default:
        return send(response, 404, JSON_TYPE, JSON.stringify({ error: 'NOT_FOUND' }));
    }
  }
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { 'Content-Type': type, 'Cache-Control': 'no-store' }).end(body);
}

const codeOf = (error: unknown): string => (error instanceof RapportError ? error.code : 'INTERNAL');
