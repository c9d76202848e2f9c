import { defineKind } from '../define-kind.js';
import { Day, Optional } from '../payload/members.js';
import { Payload } from '../payload/payload.js';
import { brokenValidityRule } from './contract-terms.js';
import { negotiationLifecycle } from './negotiation.lifecycle.js';

/** A contract went on. */
export class ContractRenewed extends Payload {
  @Optional() @Day('First day of the new term') readonly validFrom?: string;
  @Optional() @Day('Last day of the new term; without one it has no end') readonly validTo?: string;
}

export const contractRenewed = defineKind({
  family: 'negotiation',
  name: 'ContractRenewed',
  version: 1,
  description: 'The sides renewed a signed contract for another term.',
  payload: ContractRenewed,
  check: brokenValidityRule,
  headline: ({ data }) => `Contract renewed${data.validTo === undefined ? '' : ` to ${data.validTo}`}.`,
  signals: () => [{ name: 'contract.renewed' }],
  lifecycle: negotiationLifecycle,
  example: {
    episode: 'negotiation-6',
    time: '2027-02-10T09:00:00.000Z',
    data: { validFrom: '2027-03-01', validTo: '2028-02-29' },
  },
});
