import { type Kinds } from '@rapport/kernel';
import { parseMapProof, verifyMapProof } from '@rapport/proof';
import { decodeEvent } from '../record/event-body.js';
import { push } from '../resolve/history.js';
import { sealFacts, type SealKind } from './asking.js';
import type { BundleHeader } from './bundle-format.js';
import { bodyOf, saying, type ProvenEvent } from './check-event.js';
import { chainOver } from './map-follower.js';
import { mapKeysOf } from './map-keys.js';
import { EarlyCorrections } from './waiting-corrections.js';
import type { KeyedEvents } from './proven-reader.js';
import { refuseBundle } from './refuse-bundle.js';

/** A key with the bytes of its proof. */
export interface GivenKey {
  readonly key: string;
  readonly proof: Uint8Array;
}

/** The root of the completeness map, as the ledger logged it for the size that the header names. */
export function checkSeal(
  { sealIndex, treeSize }: BundleHeader,
  events: ReadonlyMap<number, ProvenEvent>,
  seal: SealKind,
): Uint8Array {
  const event = events.get(sealIndex);
  if (event === undefined)
    return refuseBundle(
      'seal',
      `The event at leaf ${sealIndex}, which logged the completeness map, is missing.`,
    );
  const facts = { index: sealIndex, event: event.id };
  const { source, data } = bodyOf(event);
  if (event.type !== seal.type || event.stream !== seal.stream || source !== seal.source)
    return refuseBundle(
      'seal',
      `The event at leaf ${sealIndex} is not one by which the ledger logs its map.`,
      facts,
    );
  const logged = sealFacts(
    typeof data === 'object' && data !== null && !Array.isArray(data) ? (data as never) : {},
  );
  if (logged?.treeSize !== treeSize)
    return refuseBundle('seal', `The event at leaf ${sealIndex} logged no map of ${treeSize} leaves.`, facts);
  return logged.mapRoot;
}

/**
 * Checks what the map holds for every key, then that the events given for it are those: as many, the same, in order.
 * @returns the events by key, for the replay, which refuses to be asked for a key that is not among them
 */
export function checkKeys(
  { treeSize }: BundleHeader,
  mapRoot: Uint8Array,
  keys: ReadonlyMap<string, GivenKey>,
  events: readonly ProvenEvent[],
  kinds: Kinds,
): KeyedEvents {
  const given = new GivenEvents(events, treeSize, kinds);
  for (const { key, proof } of keys.values()) {
    const held = saying('map', `What the map holds for ${key} is not proven`, { key }, () =>
      verifyMapProof(mapRoot, Buffer.from(key), parseMapProof(proof)),
    );
    requireAll(key, held, given.of(key));
  }
  return {
    size: treeSize,
    ofKey: async (key) =>
      keys.has(key)
        ? given.of(key)
        : refuseBundle('replay', `The answer depends on ${key}, which the bundle says nothing of.`, { key }),
    inStream: async (stream, revision) =>
      given.at(stream, revision) ??
      refuseBundle(
        'completeness',
        `Revision ${revision} of ${stream}, which a correction corrects, was left out.`,
        {
          stream,
          revision,
        },
      ),
  };
}

function requireAll(key: string, held: ReturnType<typeof chainOver>, events: readonly ProvenEvent[]): void {
  const count = held?.count ?? 0;
  if (events.length < count)
    refuseBundle(
      'completeness',
      `The ledger holds ${count} events of ${key}, the bundle ${events.length}: some were left out.`,
      {
        key,
        expected: count,
        actual: events.length,
      },
    );
  if (events.length > count)
    refuseBundle('completeness', `The bundle has ${events.length} events of ${key}, the map ${count}.`, {
      key,
      expected: count,
      actual: events.length,
    });
  const head = chainOver(events)?.head;
  if (held !== undefined && (head === undefined || Buffer.compare(head, held.head) !== 0))
    refuseBundle('completeness', `The events of ${key} are not those that the map holds for it.`, { key });
}

/** The events of a bundle, by the keys of the map that they belong to. */
class GivenEvents {
  private readonly byKey = new Map<string, ProvenEvent[]>();
  private readonly byPlace = new Map<string, ProvenEvent>();

  /** @param events in ledger order */
  constructor(events: readonly ProvenEvent[], treeSize: number, kinds: Kinds) {
    const early = new EarlyCorrections();
    for (const event of events) this.byPlace.set(placeOf(event.stream, event.revision), event);
    for (const event of events) {
      if (event.leafIndex >= treeSize) continue;
      const facts = { index: event.leafIndex, event: event.id };
      const keys = saying('event', `Event ${event.id} has not the form of its kind`, facts, () => {
        const recorded = decodeEvent(event);
        const { subject, correctsrevision } = recorded;
        const target = correctsrevision === undefined ? undefined : this.at(subject, correctsrevision);
        const waiting = early.of(recorded);
        early.take(recorded);
        return mapKeysOf(recorded, kinds, {
          target: target === undefined ? undefined : kinds.get(target.type),
          waiting,
        });
      });
      for (const key of keys) push(this.byKey, key, event);
    }
  }

  of(key: string): readonly ProvenEvent[] {
    return this.byKey.get(key) ?? [];
  }

  at(stream: string, revision: number): ProvenEvent | undefined {
    return this.byPlace.get(placeOf(stream, revision));
  }
}

const placeOf = (stream: string, revision: number): string => `${stream}\n${revision}`;
