import { ERASURE_SOURCE, type EffectiveEvent, type JsonObject, type RecordedEvent } from '@rapport/kernel';
import type { ErasureRules } from '@rapport/ledger';
import { keyOwnerOf, streamOfPerson, type LegalHold, type Tombstone } from '@rapport/privacy';
import { legalHoldPlaced, legalHoldReleased, personalDataErased } from '@rapport/touchpoints';

/** How this set of kinds tells of erasures and holds. */
export const erasureRules = (approvalRequired: boolean): ErasureRules => ({
  type: personalDataErased.type,
  approvalRequired,
  holdsIn,
  touchpointOf: ({ person, erasedat, by, approvedby, basis, keyid, parts }, requestedOn): JsonObject => ({
    specversion: '1.0',
    id: 'personal-data-erased', // a person is erased once
    source: ERASURE_SOURCE,
    type: personalDataErased.type,
    subject: streamOfPerson(person),
    time: erasedat,
    actorkind: 'staff',
    actorid: by,
    data: {
      basis,
      ...(requestedOn === undefined ? {} : { requestedOn }),
      ...(approvedby === undefined ? {} : { approvedBy: approvedby }),
      ...(keyid === undefined ? {} : { keyid }),
      ...(parts === undefined ? {} : { parts }),
    },
  }),
});

/** Holds that were placed and not released since, in the order of time. */
function holdsIn(events: readonly EffectiveEvent[]): readonly LegalHold[] {
  const standing = new Map<string, LegalHold>();
  for (const { type, subject, data } of events) {
    const { reference } = data;
    if (typeof reference !== 'string') continue;
    const person = keyOwnerOf(subject);
    const place = JSON.stringify([person, reference]);
    if (type === legalHoldPlaced.type) standing.set(place, { person, reference });
    if (type === legalHoldReleased.type) standing.delete(place);
  }
  return [...standing.values()];
}

/** The tombstone that a recorded erasure tells of; undefined for what others say about erasures elsewhere. */
export function tombstoneOf({ source, subject, time, actorid, data }: RecordedEvent): Tombstone | undefined {
  if (source !== ERASURE_SOURCE) return undefined;
  const { basis, approvedBy, keyid } = data;
  return {
    person: keyOwnerOf(subject),
    erasedat: time,
    by: actorid ?? '',
    basis: typeof basis === 'string' ? basis : '', // always a text: its kind has checked that
    ...(typeof approvedBy === 'string' ? { approvedby: approvedBy } : {}),
    ...(typeof keyid === 'string' ? { keyid } : {}),
  };
}
