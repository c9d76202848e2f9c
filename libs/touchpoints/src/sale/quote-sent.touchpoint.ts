import { defineKind } from '../define-kind.js';
import { moneyText } from '../money-text.js';
import { Day, Label, Optional, Part } from '../payload/members.js';
import { Amount, Payload } from '../payload/payload.js';

/** A price was quoted. */
export class QuoteSent extends Payload {
  @Optional() @Label('Number of the quote') readonly quote?: string;
  @Optional() @Part('The price', () => Amount) readonly value?: Amount;
  @Optional() @Day('Last day on which it holds') readonly validTo?: string;
}

export const quoteSent = defineKind({
  family: 'sale',
  name: 'QuoteSent',
  version: 1,
  description: 'The firm sent the party a quote.',
  payload: QuoteSent,
  headline: ({ data }) =>
    `Quote${data.quote === undefined ? '' : ` ${data.quote}`} sent${data.value === undefined ? '' : ` over ${moneyText(data.value)}`}.`,
  signals: () => [{ name: 'quote.sent' }],
  example: {
    channel: 'email',
    direction: 'outbound',
    episode: 'opportunity-3',
    time: '2026-02-16T09:00:00.000Z',
    data: { quote: 'Q-2026-17', value: { amountMinor: 240_000, currency: 'EUR' }, validTo: '2026-03-31' },
  },
});
