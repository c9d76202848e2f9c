import { setTimeout as sleep } from 'node:timers/promises';
import { Refusal } from '@rapport/proof';
import { InvalidOption } from './invalid-option.js';

/** A server that does not answer, or not with a file. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';
  readonly code = 'SERVER_UNREACHABLE';
}

/** How long one file may take. */
const TIMEOUT_MS = 20_000;
const ATTEMPTS_MAX = 3;
const PAUSE_MS = 500;

/** Whether something is an address on the web rather than a path. */
export const isAddress = (text: string): boolean => /^https?:\/\//.test(text);

/**
 * The address of a file of a log: behind the path, before the query.
 * @throws InvalidOption for an address that is none
 * @example logAddress('http://127.0.0.1:7070/v1/log?tenant=main', 'checkpoint').href // '…/v1/log/checkpoint?tenant=main'
 */
export function logAddress(log: string, name: string): URL {
  if (!URL.canParse(log)) throw new InvalidOption(`${log} is not an address: check its spelling.`);
  const address = new URL(log);
  address.pathname = `${address.pathname.replace(/\/+$/, '')}/${name}`;
  return address;
}

/**
 * The whole content of a file on a server, or undefined when it is not there. Asked again after failures that may pass.
 * @throws Refusal `too-large` as soon as more than `bytesMax` bytes come; Unreachable
 */
export async function fetchFile(
  address: URL,
  bytesMax: number,
  signal: AbortSignal,
): Promise<Uint8Array | undefined> {
  for (let attempt = 1; ; attempt++) {
    signal.throwIfAborted();
    try {
      return await fetchOnce(address, bytesMax, AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]));
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof Refusal) throw error;
      const isFinal = error instanceof Unreachable || attempt === ATTEMPTS_MAX;
      if (isFinal) throw error instanceof Unreachable ? error : unreachable(address, error);
    }
    await sleep(PAUSE_MS * attempt, undefined, { signal });
  }
}

async function fetchOnce(
  address: URL,
  bytesMax: number,
  signal: AbortSignal,
): Promise<Uint8Array | undefined> {
  const response = await fetch(address, { signal });
  if (response.status === 404 || response.status === 410) {
    await response.body?.cancel();
    return undefined;
  }
  if (!response.ok) {
    await response.body?.cancel();
    const message = `${address.host} answered ${response.status} for ${address.pathname}: check the address.`;
    throw response.status >= 500 || response.status === 429 ? new Error(message) : new Unreachable(message);
  }
  const parts: Uint8Array[] = [];
  let length = 0;
  // Leaving the loop cancels what is still to come.
  for await (const part of response.body ?? []) {
    length += part.length;
    if (length > bytesMax)
      throw new Refusal('too-large', `${address.pathname} has more than ${bytesMax} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function unreachable(address: URL, error: unknown): Unreachable {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const why = cause instanceof Error ? cause.message : String(cause);
  return new Unreachable(`${address.host} does not answer (${why}): is the server up?`);
}
