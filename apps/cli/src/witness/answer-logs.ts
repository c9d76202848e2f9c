import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import {
  formatSignature,
  NOTE_BYTES_MAX,
  parseNote,
  parseWitnessRequest,
  readLocalFile,
  Refusal,
  type RefusalCode,
  type WitnessRequest,
} from '@rapport/proof';
import { countersign, type Countersigned } from './countersign.js';
import { originHash } from './head-store.js';
import type { Witness } from './look-at-log.js';

/** A proof has at most 63 lines, so a genuine request is far smaller. */
const BODY_BYTES_MAX = 64 * 1024;
const CONNECTIONS_MAX = 64;
const REQUEST_MS_MAX = 10_000;

/** What is answered to a request. */
interface Reply {
  readonly status: number;
  readonly body: string | Uint8Array;
  readonly type?: string;
}

const STATUS_OF_REFUSAL: Readonly<Partial<Record<RefusalCode, number>>> = {
  'unknown-key': 403,
  'bad-signature': 403,
  'wrong-origin': 403,
  'bad-proof': 422,
};

/**
 * Answers `POST /add-checkpoint` and `GET /<SHA-256 of the origin>/checkpoint` on loopback until it is closed. Whoever
 * wants it reachable from elsewhere puts a proxy with TLS in front.
 *
 * Source: C2SP tlog-witness.
 * @param onFork told of every fork, which the log itself has sent
 */
export async function answerLogs(
  port: number,
  witness: Witness,
  onFork: (origin: string, fork: Extract<Countersigned, { readonly kind: 'fork' }>) => void,
): Promise<{ readonly url: string; readonly close: () => Promise<void> }> {
  const server = createServer((request, response) => {
    replyTo(request, witness, onFork)
      .catch((error: unknown): Reply => {
        if (!(error instanceof Refusal))
          return { status: 500, body: 'the witness failed; ask again later\n' };
        return { status: error.code === 'too-large' ? 413 : 400, body: `${error.message}\n` };
      })
      .then((reply) => send(response, reply))
      .catch(() => response.destroy());
  });
  server.maxConnections = CONNECTIONS_MAX;
  server.requestTimeout = REQUEST_MS_MAX;
  server.headersTimeout = REQUEST_MS_MAX;
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const { port: actual } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${actual}`, close: () => closed(server) };
}

async function replyTo(
  request: IncomingMessage,
  witness: Witness,
  onFork: (origin: string, fork: Extract<Countersigned, { readonly kind: 'fork' }>) => void,
): Promise<Reply> {
  const { method, url = '' } = request;
  if (method === 'POST' && url === '/add-checkpoint') {
    const asked = parseWitnessRequest(await bodyOf(request));
    return addCheckpoint(asked, witness, onFork);
  }
  const hash = /^\/([0-9a-f]{64})\/checkpoint$/.exec(url)?.[1];
  const store = [...witness.stores.values()].find(({ log }) => originHash(log.name) === hash);
  if (method !== 'GET' || store === undefined) return { status: 404, body: 'there is nothing here\n' };
  const checkpoint = readLocalFile(join(store.folder, 'checkpoint'), NOTE_BYTES_MAX);
  return checkpoint === undefined
    ? { status: 404, body: 'nothing was countersigned yet\n' }
    : { status: 200, body: checkpoint };
}

function addCheckpoint(
  asked: WitnessRequest,
  witness: Witness,
  onFork: (origin: string, fork: Extract<Countersigned, { readonly kind: 'fork' }>) => void,
): Reply {
  const origin = parseNote(asked.checkpoint).text.split('\n', 1)[0] ?? '';
  const store = witness.stores.get(origin);
  if (store === undefined) return { status: 404, body: 'the log is not known\n' };
  const outcome = countersign(store, asked, witness.cosigner, witness.nowSeconds());
  switch (outcome.kind) {
    case 'cosigned':
      return { status: 200, body: formatSignature(outcome.cosignature) };
    case 'conflict':
      return { status: 409, body: `${outcome.knownSize}\n`, type: 'text/x.tlog.size' };
    case 'fork':
      onFork(origin, outcome);
      return { status: 409, body: `${outcome.message}\n` };
    case 'refused':
      return { status: STATUS_OF_REFUSAL[outcome.code] ?? 400, body: `${outcome.message}\n` };
  }
}

async function bodyOf(request: IncomingMessage): Promise<Uint8Array> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > BODY_BYTES_MAX)
      throw new Refusal('too-large', `a request has at most ${BODY_BYTES_MAX} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function send(response: ServerResponse, { status, body, type = 'text/plain; charset=utf-8' }: Reply): void {
  // Behind a refused body more of it may come: it is not read.
  if (status === 413) response.setHeader('connection', 'close');
  response.writeHead(status, { 'content-type': type, 'x-content-type-options': 'nosniff' }).end(body);
}

async function closed(server: Server): Promise<void> {
  server.close();
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), 1_000);
  await once(server, 'close');
  clearTimeout(timer);
}
