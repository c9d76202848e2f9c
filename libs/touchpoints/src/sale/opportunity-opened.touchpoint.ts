import { defineKind } from '../define-kind.js';
import { moneyText } from '../money-text.js';
import { Day, Label, Optional, Part } from '../payload/members.js';
import { Amount, Payload } from '../payload/payload.js';

/** A sale became possible. */
export class OpportunityOpened extends Payload {
  @Optional() @Label('What might be sold') readonly offering?: string;
  @Optional() @Part('What it might bring', () => Amount) readonly value?: Amount;
  @Optional() @Day('When it is expected to be decided') readonly expectedOn?: string;
}

export const opportunityOpened = defineKind({
  family: 'sale',
  name: 'OpportunityOpened',
  version: 1,
  description: 'A sale to the party became possible.',
  payload: OpportunityOpened,
  headline: ({ data }) =>
    `Opportunity opened${data.offering === undefined ? '' : ` for ${data.offering}`}${data.value === undefined ? '' : `, worth ${moneyText(data.value)}`}.`,
  signals: () => [{ name: 'opportunity.opened' }],
  example: {
    episode: 'opportunity-3',
    time: '2026-02-12T09:00:00.000Z',
    data: {
      offering: 'sensor kit S-1',
      value: { amountMinor: 250_000, currency: 'EUR' },
      expectedOn: '2026-03-31',
    },
  },
});
