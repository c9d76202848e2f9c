import { defineKind } from '../define-kind.js';
import { Day, Optional, Part } from '../payload/members.js';
import { Amount, Payload } from '../payload/payload.js';
import { brokenValidityRule, ContractTerm } from './contract-terms.js';
import { negotiationLifecycle } from './negotiation.lifecycle.js';

/** A contract was signed. */
export class ContractSigned extends Payload {
  @Part('What was agreed, clause by clause', () => ContractTerm, { list: { countMax: 200 } })
  readonly terms!: ContractTerm[];
  @Day('First day on which it holds') readonly validFrom!: string;
  @Optional() @Day('Last day on which it holds; without one it has no end') readonly validTo?: string;
  @Optional() @Part('What it is worth', () => Amount) readonly value?: Amount;
}

export const contractSigned = defineKind({
  family: 'negotiation',
  name: 'ContractSigned',
  version: 1,
  description: 'The sides signed a contract; the negotiation has come to its end.',
  payload: ContractSigned,
  check: brokenValidityRule,
  headline: ({ data }) =>
    `Contract signed, valid from ${data.validFrom}${data.validTo === undefined ? '' : ` to ${data.validTo}`}.`,
  signals: () => [{ name: 'contract.signed' }],
  lifecycle: negotiationLifecycle,
  example: {
    channel: 'inPerson',
    episode: 'negotiation-6',
    time: '2026-02-10T09:00:00.000Z',
    data: {
      terms: [{ clause: 'price', value: '2% discount' }],
      validFrom: '2026-03-01',
      validTo: '2027-02-28',
      value: { amountMinor: 5_000_000, currency: 'EUR' },
    },
  },
});
