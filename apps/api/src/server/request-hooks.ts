import { RapportError } from '@rapport/kernel';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isLoopbackHostHeader } from './server-options.js';
import type { ServerContext } from './server-context.js';

/** The route of requests that no pattern matches. */
const UNMATCHED = 'unmatched';

/** Hooks that every request passes, whoever answers it: who may ask, headers that protect, log and metrics. */
export function addRequestHooks(instance: FastifyInstance, context: ServerContext): void {
  const { settings, metrics } = context;
  let underWay = 0;

  instance.addHook('onRequest', (request, reply, done) => {
    underWay++;
    setProtectiveHeaders(reply);
    if (context.isDraining) reply.raw.setHeader('Connection', 'close'); // the next request goes to another server
    done(refusalOf(request, context, underWay));
  });

  // An ingest lasts as long as its stream; any other body must arrive within its time. One sweep looks after all of
  // them, since a timer and listeners for each would cost more than reading most bodies does.
  const arriving = new Map<FastifyRequest, number>();
  instance.addHook('preParsing', (request, _reply, payload, done) => {
    if (request.routeOptions.config.isStreamed !== true && hasBody(request))
      arriving.set(request, performance.now());
    done(null, payload);
  });
  instance.addHook('preValidation', (request, _reply, done) => {
    arriving.delete(request);
    done();
  });
  const sweep = setInterval(() => {
    const latest = performance.now() - settings.limits.bodyTimeoutMs;
    for (const [request, since] of arriving) if (since < latest) request.raw.destroy();
  }, settings.limits.bodyTimeoutMs / 4).unref();
  instance.addHook('onClose', (_instance, done) => {
    clearInterval(sweep);
    done();
  });

  instance.addHook('onResponse', (request, reply, done) => {
    underWay--;
    arriving.delete(request);
    const route = request.routeOptions.url ?? UNMATCHED;
    const durationMs = reply.elapsedTime;
    metrics.observeRequest(request.method, route, reply.statusCode, durationMs);
    settings.log({
      level: 'info',
      event: 'request',
      requestId: request.id,
      method: request.method,
      route,
      status: reply.statusCode,
      durationMs: Math.round(durationMs * 1000) / 1000,
    });
    done();
  });
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The body is read as a stream that may last. */
    isStreamed?: boolean;
  }
}

const hasBody = (request: FastifyRequest): boolean =>
  request.headers['content-length'] !== undefined || request.headers['transfer-encoding'] !== undefined;

function setProtectiveHeaders(reply: FastifyReply): void {
  // On the raw response, so that answers written around Fastify (live feeds, ingests) carry them too.
  const { raw } = reply;
  raw.setHeader('X-Content-Type-Options', 'nosniff');
  raw.setHeader('Cache-Control', 'no-store');
  raw.setHeader('Referrer-Policy', 'no-referrer');
  raw.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
}

function refusalOf(
  request: FastifyRequest,
  context: ServerContext,
  underWay: number,
): RapportError | undefined {
  const { allowRemote, limits } = context.settings;
  if (context.isStopping)
    return new RapportError(
      'SHUTTING_DOWN',
      'The server is stopping: send the request again when it is back.',
    );
  if (!allowRemote && !isLoopbackHostHeader(request.headers.host)) {
    return new RapportError(
      'HOST_NOT_ALLOWED',
      'The Host header must name this machine (localhost or a loopback address), unless the server allows remote access.',
    );
  }
  if (isFromAnotherSite(request)) {
    return new RapportError(
      'HOST_NOT_ALLOWED',
      'A page of another site cannot change anything here: use a program, or a page of this server.',
    );
  }
  if (underWay > limits.requestsMax) {
    return new RapportError(
      'OVERLOADED',
      `More than ${limits.requestsMax} requests are under way: send it again a little later.`,
    );
  }
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    return new RapportError(
      'UNSUPPORTED_MEDIA_TYPE',
      'The body is taken as it is: send it without Content-Encoding.',
    );
  }
  return undefined;
}

/** A browser says in Origin which page asks; a form or script elsewhere must not set anything off here. */
function isFromAnotherSite(request: FastifyRequest): boolean {
  const { origin, host } = request.headers;
  if (origin === undefined || request.method === 'GET' || request.method === 'HEAD') return false;
  return origin !== `http://${host}` && origin !== `https://${host}`;
}
