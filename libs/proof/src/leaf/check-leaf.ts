import { refuse } from '../refusal.js';
import { HASH_BYTES } from '../tree/hash.js';
import type { LeafToWrite } from './leaf.js';

const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;
/** Times on days that every month has: most, and known without a calendar. */
const PLAIN_TIME =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;

/** Checks what the members of a leaf say. @throws Refusal `malformed` */
export function checkLeaf(leaf: LeafToWrite): void {
  checkText(leaf.tenant, 'tenant');
  checkText(leaf.id, 'id');
  checkText(leaf.source, 'source');
  checkText(leaf.type, 'type');
  checkText(leaf.subject, 'subject');
  checkText(leaf.stream, 'stream');
  if (leaf.actor !== undefined) checkText(leaf.actor, 'actor');
  if (leaf.corrects !== undefined) checkText(leaf.corrects, 'corrects');
  checkTime(leaf.time, 'time');
  checkTime(leaf.recordedat, 'recordedat');
  const { revision, previous, digest, parts } = leaf;
  if (!Number.isSafeInteger(revision) || revision < 0)
    refuse('malformed', 'revision is not an integer from 0');
  if ((revision === 0) !== (previous === null))
    refuse('malformed', 'the first leaf of a stream, and no other, has no previous one');
  if (previous !== null) checkHash(previous, 'previous');
  if (typeof digest === 'string') checkHashText(digest, 'digest');
  else checkHash(digest, 'digest');
  if (parts === undefined) return;
  if (parts.length === 0) refuse('malformed', 'parts is an empty list');
  for (const part of parts) {
    checkText(part.subject, 'subject');
    checkText(part.keyid, 'keyid');
    checkHash(part.digest, 'digest');
    checkHash(part.commitment, 'commitment');
  }
}

function checkText(text: string, name: string): void {
  if (text === '' || !text.isWellFormed()) refuse('malformed', `${name} is not a text`);
}

function checkTime(text: string, name: string): void {
  if (PLAIN_TIME.test(text)) return;
  // The Date of an impossible day is another day, or none.
  const date = new Date(TIME.test(text) ? text : Number.NaN);
  if (Number.isNaN(date.getTime()) || date.toISOString() !== text)
    refuse('malformed', `${name} is not a time in UTC with milliseconds`);
}

/** Standard base64 of 32 bytes: 43 characters, the last of them with two bits to spare, and one to fill up. */
const HASH_TEXT = /^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/;

function checkHashText(text: string, name: string): void {
  if (!HASH_TEXT.test(text)) refuse('malformed', `${name} is not the base64 of ${HASH_BYTES} bytes`);
}

function checkHash(bytes: Uint8Array, name: string): void {
  if (bytes.length !== HASH_BYTES) refuse('malformed', `${name} has not ${HASH_BYTES} bytes`);
}
