import type { CommonPayload, JsonObject, Touchpoint } from '@rapport/kernel';
import type { Payloads } from './kinds.generated.js';

/** The full type name of a kind that this client knows. */
export type KindType = keyof Payloads;

type Attributes = Omit<Touchpoint, 'id' | 'source' | 'type' | 'time' | 'data'>;

/**
 * A touchpoint to record; its `data` is checked against its `type`.
 * @example
 * const sale: EventInput<'rapport.sale.SaleCompleted.v1'> = {
 *   type: 'rapport.sale.SaleCompleted.v1',
 *   subject: 'relationship/42',
 *   data: { lines: [{ sku: 'tea', quantity: 1, unitPrice: { amountMinor: 450, currency: 'EUR' } }] },
 * };
 */
export type EventInput<T extends KindType = KindType> = T extends KindType
  ? Attributes & {
      readonly type: T;
      /** Made up (a random uuid) when absent; give your own to make a later repeat harmless. */
      readonly id?: string;
      /** The client's own unless given. */
      readonly source?: string;
      /** Now unless given. */
      readonly time?: string;
      readonly data: Payloads[T] & CommonPayload;
    }
  : never;

/** A touchpoint of a kind that this client does not know: a newer server's. */
export type UntypedEventInput = Attributes & {
  readonly type: string;
  readonly id?: string;
  readonly source?: string;
  readonly time?: string;
  readonly data: JsonObject;
};

/** An event with everything that names it, so that sending it again can never record it twice. */
export type CompleteEvent = Attributes & {
  readonly specversion: '1.0';
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly time: string;
  readonly data: JsonObject;
};

/** Gives an event its id, source and time, once: every attempt to send it uses the same. */
export function completeEvent(event: EventInput | UntypedEventInput, source: string): CompleteEvent {
  const { id = crypto.randomUUID(), time = new Date().toISOString(), ...rest } = event;
  return {
    specversion: '1.0',
    id,
    time,
    source,
    ...(rest as Omit<CompleteEvent, 'specversion' | 'id' | 'time' | 'source'>),
  };
}
