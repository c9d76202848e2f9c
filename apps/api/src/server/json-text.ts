import { shownEvent, type OpenedEvent, type ShownEvent } from '@rapport/kernel';

/** JSON text of an answer; positions (and any other bigint) are decimal strings. The only place that decides so. */
export const jsonText = (value: unknown): string => JSON.stringify(value, decimalBigints);

const decimalBigints = (_key: string, value: unknown): unknown =>
  typeof value === 'bigint' ? value.toString() : value;

/** An event in an answer: its position is a decimal string. */
export type EventAnswer = Omit<ShownEvent, 'position'> & { readonly position: string };

/** Shows an event; values that were not opened are named in `withheld`. */
export const showEvent = (event: OpenedEvent): EventAnswer => ({
  ...shownEvent(event),
  position: event.position.toString(),
});
