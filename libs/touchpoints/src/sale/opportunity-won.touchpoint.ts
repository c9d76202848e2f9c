import { defineKind } from '../define-kind.js';
import { moneyText } from '../money-text.js';
import { Optional, Part } from '../payload/members.js';
import { Amount, Payload } from '../payload/payload.js';

/** A possible sale came about. */
export class OpportunityWon extends Payload {
  @Optional() @Part('What it brings', () => Amount) readonly value?: Amount;
}

export const opportunityWon = defineKind({
  family: 'sale',
  name: 'OpportunityWon',
  version: 1,
  description: 'The party decided for the firm.',
  payload: OpportunityWon,
  headline: ({ data }) =>
    data.value === undefined ? 'Opportunity won.' : `Opportunity won, worth ${moneyText(data.value)}.`,
  signals: () => [{ name: 'opportunity.won' }],
  example: {
    episode: 'opportunity-3',
    time: '2026-03-20T09:00:00.000Z',
    data: { value: { amountMinor: 240_000, currency: 'EUR' } },
  },
});
