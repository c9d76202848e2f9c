import { defineKind } from '../define-kind.js';
import { Part } from '../payload/members.js';
import { Payload } from '../payload/payload.js';
import { ContractTerm } from './contract-terms.js';
import { negotiationLifecycle } from './negotiation.lifecycle.js';

/** A contract was changed. */
export class ContractAmended extends Payload {
  @Part('The clauses that changed, as they stand now', () => ContractTerm, {
    list: { countMin: 1, countMax: 200 },
  })
  readonly terms!: ContractTerm[];
}

export const contractAmended = defineKind({
  family: 'negotiation',
  name: 'ContractAmended',
  version: 1,
  description: 'The sides changed clauses of a signed contract.',
  payload: ContractAmended,
  headline: ({ data }) =>
    `Contract amended (${data.terms.length} ${data.terms.length === 1 ? 'clause' : 'clauses'}).`,
  signals: () => [{ name: 'contract.amended' }],
  lifecycle: negotiationLifecycle,
  example: {
    episode: 'negotiation-6',
    time: '2026-08-10T09:00:00.000Z',
    data: { terms: [{ clause: 'price', value: '3% discount' }] },
  },
});
