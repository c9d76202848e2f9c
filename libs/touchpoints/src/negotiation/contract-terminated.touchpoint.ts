import { defineKind } from '../define-kind.js';
import { Day, Label, Optional } from '../payload/members.js';
import { Payload } from '../payload/payload.js';
import { negotiationLifecycle } from './negotiation.lifecycle.js';

/** A contract was ended. */
export class ContractTerminated extends Payload {
  @Label('Why', { lengthMax: 200 }) readonly reason!: string;
  @Optional() @Day('Last day on which it holds') readonly endsOn?: string;
}

export const contractTerminated = defineKind({
  family: 'negotiation',
  name: 'ContractTerminated',
  version: 1,
  description: 'One side or both ended a signed contract.',
  payload: ContractTerminated,
  headline: ({ data }) =>
    `Contract terminated${data.endsOn === undefined ? '' : ` as of ${data.endsOn}`}: ${data.reason}.`,
  signals: () => [{ name: 'contract.terminated' }],
  lifecycle: negotiationLifecycle,
  example: {
    episode: 'negotiation-6',
    time: '2027-11-10T09:00:00.000Z',
    data: { reason: 'change of supplier', endsOn: '2028-02-29' },
  },
});
