/** A CloudEvent, as an emitter writes it. */
export interface Emitted {
  readonly specversion: '1.0';
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject: string;
  readonly time: string;
  readonly data: object;
  readonly [extension: string]: unknown;
}

const emitted = (
  type: string,
  id: string,
  party: string,
  data: object,
  more: Partial<Emitted> = {},
): Emitted => ({
  specversion: '1.0',
  id,
  source: 'https://shop.example',
  type,
  subject: `relationship/${party}`,
  time: '2026-01-31T12:00:00.000Z',
  data,
  ...more,
});

/** A sale of one thing. */
export const sale = (id: string, party = 'c-1', more: Partial<Emitted> = {}): Emitted =>
  emitted(
    'rapport.sale.SaleCompleted.v1',
    id,
    party,
    {
      lines: [{ sku: 'P-1', quantity: 1, unitPrice: { amountMinor: 1_000, currency: 'EUR' } }],
      origin: 'organic',
    },
    { channel: 'internet', direction: 'inbound', ...more },
  );

/** An inquiry with personal text. */
export const inquiry = (id: string, party = 'c-1', more: Partial<Emitted> = {}): Emitted =>
  emitted(
    'rapport.inquiry.InquiryReceived.v1',
    id,
    party,
    { topic: 'delivery', text: 'Where is my parcel? I am at home.' },
    { episode: `inquiry-${id}`, channel: 'email', direction: 'inbound', ...more },
  );

/** A referral that was made. */
export const referral = (id: string, party: string, prospect: string, more: Partial<Emitted> = {}): Emitted =>
  emitted(
    'rapport.referral.ReferralMade.v1',
    id,
    party,
    { prospect, medium: 'conversation' },
    { episode: `referral-${id}`, ...more },
  );
