import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventIdOf } from '@rapport/kernel';
import {
  aesKeyWrapper,
  openPersonKeys,
  sealParts,
  SECRET_BYTES,
  type KeyStore,
  type PersonKeys,
} from '@rapport/privacy';
import {
  formatLeaf,
  leafHash,
  noteKeyPair,
  noteSigner,
  openCheckpoint,
  noteVerifier,
  signCheckpoint,
} from '@rapport/proof';
import { sqliteKeyStore } from '@rapport/store-sqlite';
import { leafOf } from '../seal/leaf-of-event.js';
import { checkEvent, type ProvenEvent } from './check-event.js';
import { openSecret } from './check-secret.js';
import { eventSecrets } from './event-secrets.js';

const TYPE = 'rapport.inquiry.InquiryReceived.v1';
const STREAM = 'relationship/p-1';

describe('the secrets of a bundle', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rapport-secrets-'));
  let keys: PersonKeys;
  let store: KeyStore;
  beforeAll(async () => {
    store = sqliteKeyStore({ file: join(folder, 'keys.db'), tenant: 'main' });
    const wrapper = aesKeyWrapper(randomBytes(SECRET_BYTES), 'main');
    keys = await openPersonKeys({ store, wrapper, erased: [], now: Date.now });
  });
  afterAll(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** An event whose personal values are sealed, proven as the only leaf of a log. */
  async function provenInquiry(id: string, text: string): Promise<ProvenEvent> {
    const eventId = eventIdOf('main', STREAM, 'urn:shop', id);
    const key = (await keys.forSealing(['p-1'])).get('p-1');
    if (key?.ok !== true) throw new Error('there is no key');
    const context = { tenant: 'main', eventId, stream: STREAM, type: TYPE };
    const sealed = [sealParts({ '/text': text }, key.value, context)];
    const time = '2026-01-10T12:00:00.000Z';
    const body = JSON.stringify({ id, source: 'urn:shop', time, data: { topic: 'prices' }, sealed });
    const event = {
      id: eventId,
      type: TYPE,
      body,
      recordedAtMs: Date.parse(time),
      stream: STREAM,
      revision: 0,
    };
    const salt = randomBytes(16);
    const leaf = formatLeaf(leafOf('main', event, salt, null));
    const pair = noteKeyPair('rapport.local/main', randomBytes(32));
    const head = { origin: 'rapport.local/main', size: 1, root: leafHash(leaf) };
    const note = signCheckpoint(head, noteSigner(pair.signerKey));
    const { checkpoint } = openCheckpoint(note, noteVerifier(pair.verifierKey));
    const given = { line: 2, index: 0, leaf, salt, body, inclusion: new Uint8Array(0) };
    return checkEvent(given, checkpoint, 'main');
  }

  const refusal = (work: () => unknown): string => {
    try {
      work();
      return 'accepted';
    } catch (error) {
      return (error as Error).message;
    }
  };

  it('open the personal values of the events they are for', async () => {
    const event = await provenInquiry('i-1', 'Call me tomorrow.');
    const [secret] = await eventSecrets(keys)(event);
    expect(
      openSecret({ index: 0, subject: 'p-1', secret: secret?.secret ?? Buffer.alloc(0) }, event, 'main'),
    ).toEqual({
      eventId: event.id,
      subject: 'p-1',
      parts: { '/text': 'Call me tomorrow.' },
    });
  });

  it('open no other event, no other person, and nothing when they are changed', async () => {
    const event = await provenInquiry('i-2', 'Call me tomorrow.');
    const other = await provenInquiry('i-3', 'Do not call me.');
    const [given] = await eventSecrets(keys)(event);
    const secret = given?.secret ?? Buffer.alloc(0);
    const opening = (more: object, of: ProvenEvent | undefined = event): string =>
      refusal(() => openSecret({ index: 0, subject: 'p-1', secret, ...more }, of, 'main'));
    expect(opening({})).toBe('accepted');
    expect(opening({}, other)).toContain('key commitment');
    expect(opening({ subject: 'p-2' })).toContain('no such personal values');
    expect(opening({ secret: Buffer.alloc(32) })).toContain('key commitment');
    expect(opening({ secret: Buffer.alloc(0) })).toContain('refused');
    expect(refusal(() => openSecret({ index: 7, subject: 'p-1', secret }, undefined, 'main'))).toContain(
      'no such',
    );
  });

  it('are none for events without personal values, and none for who was erased', async () => {
    const event = await provenInquiry('i-4', 'Forget me.');
    expect(await eventSecrets(keys)({ id: 'x', body: '{"data":{}}' })).toEqual([]);
    const erasedat = '2026-04-01T09:30:00.000Z';
    await keys.erase([{ person: 'p-1', erasedat, by: 's-7', basis: 'request of the party' }]);
    expect(await eventSecrets(keys)(event)).toEqual([]);
  });
});
