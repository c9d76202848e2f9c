import { defineKind } from '../define-kind.js';
import { Label } from '../payload/members.js';
import { Payload } from '../payload/payload.js';

/** A possible sale did not come about. */
export class OpportunityLost extends Payload {
  @Label('Why', { lengthMax: 200 }) readonly reason!: string;
}

export const opportunityLost = defineKind({
  family: 'sale',
  name: 'OpportunityLost',
  version: 1,
  description: 'The party decided against the firm, or for nobody.',
  payload: OpportunityLost,
  headline: ({ data }) => `Opportunity lost: ${data.reason}.`,
  signals: () => [{ name: 'opportunity.lost' }],
  example: { episode: 'opportunity-4', time: '2026-03-20T09:00:00.000Z', data: { reason: 'budget cut' } },
});
