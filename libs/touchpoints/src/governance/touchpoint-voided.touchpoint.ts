import { defineKind } from '../define-kind.js';
import { Label } from '../payload/members.js';
import { Payload } from '../payload/payload.js';

/** An event should not have been recorded. `correctsid` names it. */
export class TouchpointVoided extends Payload {
  @Label('Why it does not count', { lengthMax: 200 }) readonly reason!: string;
}

export const touchpointVoided = defineKind({
  family: 'governance',
  name: 'TouchpointVoided',
  version: 1,
  description: 'An earlier touchpoint did not happen: from now on it does not count. The record of it stays.',
  payload: TouchpointVoided,
  headline: ({ data }) => `An earlier touchpoint was voided: ${data.reason}.`,
  effect: 'void',
  example: {
    actorkind: 'staff',
    actorid: 's-7',
    correctsid: 'sale-completed-1',
    time: '2026-03-02T13:00:00.000Z',
    data: { reason: 'entered for the wrong customer' },
  },
});
