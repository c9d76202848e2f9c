import type { RecordedEvent } from '@rapport/kernel';

/** JSON text of an answer; positions (and any other bigint) are decimal strings. The only place that decides so. */
export const jsonText = (value: unknown): string => JSON.stringify(value, decimalBigints);

const decimalBigints = (_key: string, value: unknown): unknown =>
  typeof value === 'bigint' ? value.toString() : value;

/** An event as it is shown: its position as a decimal string, personal values only for those who may read them. */
export type ShownEvent = Omit<RecordedEvent, 'position' | 'personal'> & {
  readonly position: string;
  readonly personal?: RecordedEvent['personal'];
  /** Where personal values stand that this answer leaves out. */
  readonly withheld?: readonly string[];
};

/** Shows an event; without `personal` it says where values are left out. */
export function showEvent(event: RecordedEvent, personal: boolean): ShownEvent {
  const { personal: values, ...rest } = event;
  const shown = { ...rest, position: event.position.toString() };
  if (values === undefined) return shown;
  return personal ? { ...shown, personal: values } : { ...shown, withheld: Object.keys(values) };
}
