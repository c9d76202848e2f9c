import type { ErrorCode } from '@rapport/kernel';
import { backoffMs, isTransient, pause } from './backoff.js';
import { RapportError } from './rapport-error.js';

/** Where a server is and how it is talked to. */
export interface Connection {
  readonly url: string;
  readonly tenant: string;
  /** Sent with every request, for example an authorization. */
  readonly headers: Readonly<Record<string, string>>;
  /** One attempt takes at most so long. */
  readonly timeoutMs: number;
  /** Attempts go on for so long before a failure is thrown. */
  readonly giveUpAfterMs: number;
}

export interface Request {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: string;
  readonly contentType?: string;
  readonly accept?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

/** The header that names the tenant of a request. */
const TENANT_HEADER = 'Rapport-Tenant';

/** The address of a request. */
export function addressOf(
  connection: Connection,
  { path, query = {} }: Pick<Request, 'path' | 'query'>,
): string {
  const address = new URL(connection.url.replace(/\/$/, '') + path);
  for (const [name, value] of Object.entries(query))
    if (value !== undefined) address.searchParams.set(name, value);
  return address.href;
}

/**
 * Sends a request until it is answered: network failures, 429, 503 and 504 are tried again with growing pauses. Only for
 * requests that may safely be sent twice: reads, and events with their ids.
 * @returns the answer as JSON
 * @throws RapportError with the server's code, or `SERVER_UNREACHABLE`
 */
export async function send(connection: Connection, request: Request): Promise<unknown> {
  const response = await answered(connection, request);
  try {
    return await response.json();
  } catch (cause) {
    throw unreachable(connection, cause);
  }
}

/** As {@link send}, for answers that are no JSON. @returns the answer as it is */
export async function sendForText(connection: Connection, request: Request): Promise<string> {
  const response = await answered(connection, request);
  try {
    return await response.text();
  } catch (cause) {
    throw unreachable(connection, cause);
  }
}

async function answered(connection: Connection, request: Request): Promise<Response> {
  const startedMs = performance.now();
  for (let attempt = 0; ; attempt++) {
    try {
      return await sendOnce(connection, request);
    } catch (error) {
      if (!isTransient(error) || request.signal?.aborted === true) throw error;
      const waitMs = backoffMs(attempt, retryAfterMs(error));
      if (performance.now() - startedMs + waitMs > connection.giveUpAfterMs) throw error;
      await pause(waitMs, request.signal);
    }
  }
}

/**
 * Sends a request once.
 * @throws RapportError
 */
export async function sendOnce(
  connection: Connection,
  request: Request,
  timeoutMs = connection.timeoutMs,
): Promise<Response> {
  const signals = [
    ...(Number.isFinite(timeoutMs) ? [AbortSignal.timeout(timeoutMs)] : []),
    ...(request.signal === undefined ? [] : [request.signal]),
  ];
  let response: Response;
  try {
    response = await fetch(addressOf(connection, request), {
      method: request.method,
      headers: {
        accept: request.accept ?? 'application/json',
        [TENANT_HEADER]: connection.tenant,
        ...connection.headers,
        ...request.headers,
        ...(request.contentType === undefined ? {} : { 'content-type': request.contentType }),
      },
      ...(request.body === undefined ? {} : { body: request.body }),
      ...(signals.length === 0 ? {} : { signal: AbortSignal.any(signals) }),
    });
  } catch (cause) {
    if (request.signal?.aborted === true) throw cause;
    throw unreachable(connection, cause);
  }
  if (!response.ok) throw await problemOf(response);
  return response;
}

const unreachable = (connection: Connection, cause: unknown): RapportError =>
  new RapportError(
    'SERVER_UNREACHABLE',
    `No answer from ${connection.url}: check that the server runs there (\`rapport serve\`).`,
    { cause },
  );

/** The error that an answer (RFC 9457 problem+json) tells of. */
async function problemOf(response: Response): Promise<RapportError> {
  const text = await response.text().catch(() => '');
  const problem = parsed(text);
  const code =
    typeof problem['code'] === 'string' ? (problem['code'] as ErrorCode) : codeOfStatus(response.status);
  const detail = [problem['detail'], problem['title']].find((part) => typeof part === 'string');
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN);
  return new RapportError(
    code,
    detail === undefined ? `The server answered ${response.status}.` : String(detail),
    {
      pointer: typeof problem['pointer'] === 'string' ? problem['pointer'] : undefined,
      facts: {
        ...factsOf(problem),
        status: response.status,
        ...(Number.isFinite(retryAfter) ? { retryAfterMs: retryAfter * 1_000 } : {}),
      },
    },
  );
}

function parsed(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

const OWN_MEMBERS: ReadonlySet<string> = new Set([
  'type',
  'title',
  'status',
  'detail',
  'code',
  'instance',
  'pointer',
]);

/** What a problem says beside the members of the standard. */
function factsOf(problem: Record<string, unknown>): Record<string, string | number | boolean | null> {
  const facts = Object.entries(problem).filter(
    ([name, value]) =>
      !OWN_MEMBERS.has(name) && (value === null || ['string', 'number', 'boolean'].includes(typeof value)),
  );
  return Object.fromEntries(facts) as Record<string, string | number | boolean | null>;
}

/** For answers that are not Rapport's own, such as a proxy's. */
function codeOfStatus(status: number): ErrorCode {
  if (status === 404) return 'NOT_FOUND';
  if (status === 413) return 'BODY_TOO_LARGE';
  if (status === 429 || status === 503) return 'OVERLOADED';
  if (status === 502 || status === 504) return 'SERVER_UNREACHABLE';
  return status < 500 ? 'INVALID_QUERY' : 'INTERNAL';
}

function retryAfterMs(error: unknown): number | undefined {
  const value = error instanceof RapportError ? error.facts?.['retryAfterMs'] : undefined;
  return typeof value === 'number' ? value : undefined;
}
