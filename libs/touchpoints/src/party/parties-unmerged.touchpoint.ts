import { defineKind } from '../define-kind.js';
import { Label, PartyRef } from '../payload/members.js';
import { Payload } from '../payload/payload.js';

/** A merge turned out to be wrong. */
export class PartiesUnmerged extends Payload {
  @PartyRef('The id that was absorbed and stands for itself again') readonly absorbed!: string;
  @Label('Why they are two', { lengthMax: 200 }) readonly basis!: string;
}

export const partiesUnmerged = defineKind({
  family: 'party',
  name: 'PartiesUnmerged',
  version: 1,
  description: 'A merge turned out to be wrong: the absorbed id stands for a party of its own again.',
  payload: PartiesUnmerged,
  headline: ({ data }) => `Separated from ${data.absorbed} again (${data.basis}).`,
  names: ({ absorbed }) => [absorbed],
  effect: 'unmerge',
  example: {
    time: '2026-03-03T09:30:00.000Z',
    data: { absorbed: 'c-1002', basis: 'two people at one address' },
  },
});
