import type { JsonObject } from '@rapport/kernel';
import {
  BUNDLE_FORMAT,
  BUNDLE_LIMITS,
  BUNDLE_VERSION,
  type BundleHeader,
  type Question,
} from './bundle-format.js';
import { Members, type BundleLine } from './bundle-lines.js';

const HEADER = [
  'format',
  'version',
  'tenant',
  'question',
  'view',
  'codeDigest',
  'answer',
  'treeSize',
  'sealIndex',
  'checkpoint',
  'keys',
  'events',
  'secrets',
  'bytes',
] as const satisfies readonly (keyof BundleHeader)[];

/** Reads the first line. What it declares is within bounds, or nothing more is read. @throws RapportError `BUNDLE_REFUSED` */
export function readHeader({ value, number }: BundleLine): BundleHeader {
  const members = new Members(value, HEADER, number);
  if (members.text('format') !== BUNDLE_FORMAT) members.refuse(`is not of the format ${BUNDLE_FORMAT}`);
  if (members.count('version') !== BUNDLE_VERSION)
    members.refuse(`is of version ${members.count('version')}, and ${BUNDLE_VERSION} is read here`);
  const view = new Members(members.object('view'), ['name', 'version'], number);
  const { keysMax, eventsMax, secretsMax, bytesMax } = BUNDLE_LIMITS;
  return {
    format: BUNDLE_FORMAT,
    version: BUNDLE_VERSION,
    tenant: members.text('tenant'),
    question: readQuestion(members.object('question'), number),
    view: { name: view.text('name'), version: view.count('version') },
    codeDigest: members.text('codeDigest'),
    answer: members.json('answer'),
    treeSize: members.count('treeSize'),
    sealIndex: members.count('sealIndex'),
    checkpoint: members.text('checkpoint'),
    keys: members.count('keys', keysMax),
    events: members.count('events', eventsMax),
    secrets: members.count('secrets', secretsMax),
    bytes: members.count('bytes', bytesMax),
  };
}

function readQuestion(value: JsonObject, line: number): Question {
  const members = new Members(value, ['name', 'parameters'], line);
  const given = members.object('parameters');
  const parameters = new Members(given, Object.keys(given), line);
  return {
    name: members.text('name'),
    parameters: Object.fromEntries(Object.keys(given).map((name) => [name, parameters.text(name)])),
  };
}

/** Reads the line of a key. */
export function readKeyLine({ value, number }: BundleLine): {
  readonly key: readonly string[];
  readonly proof: Uint8Array;
} {
  const members = new Members(value, ['key', 'proof'], number);
  return { key: members.texts('key'), proof: members.bytes('proof') };
}

/** The line of an event, its bytes decoded. */
export interface GivenEvent {
  readonly line: number;
  readonly index: number;
  readonly leaf: Uint8Array;
  readonly salt: Uint8Array;
  readonly body: string;
  readonly inclusion: Uint8Array;
}

/** Reads the line of an event. */
export function readEventLine({ value, number }: BundleLine): GivenEvent {
  const members = new Members(value, ['index', 'leaf', 'salt', 'body', 'inclusion'], number);
  return {
    line: number,
    index: members.count('index'),
    leaf: Buffer.from(members.text('leaf')),
    salt: members.bytes('salt'),
    body: members.text('body'),
    inclusion: members.bytes('inclusion'),
  };
}

/** Reads the line of a secret. */
export function readSecretLine({ value, number }: BundleLine): {
  readonly index: number;
  readonly subject: string;
  readonly secret: Uint8Array;
} {
  const members = new Members(value, ['index', 'subject', 'secret'], number);
  return { index: members.count('index'), subject: members.text('subject'), secret: members.bytes('secret') };
}
