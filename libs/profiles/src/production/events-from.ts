import type { EventStore, ReadAllOptions, SaltedEvents } from '@rapport/ledger';

/**
 * The events of a tenant, looked for from where it begins: a store that many share holds years of others before.
 * @param origin a position before which the tenant has no event
 */
export function eventsFrom(store: EventStore & SaltedEvents, origin: bigint): EventStore & SaltedEvents {
  const from = <T extends ReadAllOptions>(options: T): T & { readonly after: bigint } => ({
    ...options,
    after: options.after === undefined || options.after < origin ? origin : options.after,
  });
  return {
    append: (stream, expectedRevision, events) => store.append(stream, expectedRevision, events),
    readStream: (stream, options) => store.readStream(stream, options),
    readAll: (options = {}) => store.readAll(from(options)),
    readAt: (positions) => store.readAt(positions),
    subscribe: (options, signal) => store.subscribe(from(options), signal),
    head: () => store.head(),
    positionAt: (recordedAtMs) => store.positionAt(recordedAtMs),
    readSalted: (options) => store.readSalted(from(options)),
    saltedAt: (positions) => store.saltedAt(positions),
    takeOver: (events) => store.takeOver(events),
    close: () => store.close(),
  };
}
