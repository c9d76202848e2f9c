import type { OpenedEvent } from './envelope.js';

/** An event as it is shown: without ciphertext, and with where the personal values stand that it does not show. */
export type ShownEvent = Omit<OpenedEvent, 'sealed'> & { readonly withheld?: readonly string[] };

/**
 * An event for readers. Values that were not opened are named in `withheld`, by their pointers.
 * @example shownEvent(event).withheld // ['/text']
 */
export function shownEvent({ sealed, ...event }: OpenedEvent): ShownEvent {
  const told = new Set([
    ...Object.keys(event.personal ?? {}),
    ...(event.erased ?? []),
    ...(event.unreadable ?? []).flatMap(({ pointers }) => pointers),
  ]);
  const withheld = (sealed ?? [])
    .flatMap(({ fields }) => Object.keys(fields ?? {}))
    .filter((pointer) => !told.has(pointer));
  return withheld.length === 0 ? event : { ...event, withheld };
}
