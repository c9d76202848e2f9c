import { defineKind } from '../define-kind.js';
import { EventRef, Label, Optional } from '../payload/members.js';
import { Payload } from '../payload/payload.js';

/** A need came to light. */
export class NeedDiscovered extends Payload {
  @Label('What is needed') readonly need!: string;
  @Optional() @EventRef('The touchpoint that showed it') readonly viaEvent?: string;
}

export const needDiscovered = defineKind({
  family: 'need',
  name: 'NeedDiscovered',
  version: 1,
  description: 'A need of the party came to light.',
  payload: NeedDiscovered,
  headline: ({ data }) => `Need discovered: ${data.need}.`,
  signals: () => [{ name: 'need.discovered' }],
  example: {
    episode: 'need-5',
    time: '2026-02-10T09:00:00.000Z',
    data: { need: 'remote monitoring', viaEvent: 'inquiry-received-1' },
  },
});
