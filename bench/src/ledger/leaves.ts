import { createHash } from 'node:crypto';
import type { JsonObject } from '@rapport/kernel';
import { formatLeaf, leafHash } from '@rapport/proof';
import { touchpoints } from './touchpoints.js';

const TENANT = 'main';
/** One in so many leaves commits to encrypted parts of a person. */
const SEALED_ONE_IN = 3;

/** The leaves that so many generated touchpoints get, each following the one before it in its stream. */
export function* leaves(count: number): Generator<Uint8Array> {
  const heads = new Map<string, { readonly revision: number; readonly hash: Uint8Array }>();
  let number = 0;
  for (const event of touchpoints(count)) {
    const text = JSON.stringify(event);
    const digest = createHash('sha256').update(text).digest();
    const stream = textOf(event, 'subject');
    const before = heads.get(stream);
    const revision = before === undefined ? 0 : before.revision + 1;
    const subject = stream.slice(stream.indexOf('/') + 1);
    const bytes = formatLeaf({
      tenant: TENANT,
      id: uuidOf(digest),
      source: textOf(event, 'source'),
      type: textOf(event, 'type'),
      subject: stream,
      time: textOf(event, 'time'),
      recordedat: new Date(Date.parse('2026-01-01T00:00:00.000Z') + number * 40).toISOString(),
      stream,
      revision,
      previous: before?.hash ?? null,
      digest,
      ...(number % SEALED_ONE_IN === 0
        ? { parts: [{ subject, keyid: digest.toString('base64url', 0, 12), digest, commitment: digest }] }
        : {}),
    });
    heads.set(stream, { revision, hash: leafHash(bytes) });
    number++;
    yield bytes;
  }
}

function textOf(event: JsonObject, member: string): string {
  const value = event[member];
  if (typeof value !== 'string') throw new TypeError(`a generated touchpoint has no ${member}`);
  return value;
}

const uuidOf = (bytes: Buffer): string =>
  bytes.toString('hex', 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
