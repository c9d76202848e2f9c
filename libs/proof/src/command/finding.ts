import { toBase64 } from '../bytes.js';
import type { Leaf } from '../leaf/leaf.js';
import type { RefusalCode } from '../refusal.js';
import type { WitnessedCheckpoint } from '../note/policy.js';
import type { LogDamage } from '../tiles/verify-log.js';

/** How much was read for a check. */
export interface Read {
  readonly files: number;
  readonly bytes: number;
  /** Entries of a log that were found to be what they should be. */
  readonly entries?: number;
}

/** A checkpoint that was accepted, in the form in which programs get it. */
export interface Head {
  readonly origin: string;
  readonly size: number;
  /** Standard base64. */
  readonly root: string;
  /** Witnesses of the policy that cosigned, and when they say they did: RFC 3339. */
  readonly witnesses: readonly { readonly name: string; readonly time: string }[];
}

/** What a leaf of Rapport says of its event. */
export type EventSaid = Pick<
  Leaf,
  'id' | 'source' | 'type' | 'stream' | 'revision' | 'time' | 'recordedat' | 'actor' | 'corrects'
>;

/** What came of a check. What is not `proven` is refused: nothing lies between. */
export type Finding =
  | {
      readonly proven: true;
      readonly said: string;
      readonly head: Head;
      /** What a receipt's leaf says; not there when its bytes are no leaf of Rapport's. */
      readonly event?: EventSaid;
      readonly read: Read;
    }
  | {
      readonly proven: false;
      /** The kind of damage. */
      readonly damage: RefusalCode | LogDamage;
      readonly said: string;
      /** The file of the log in which it showed. */
      readonly path?: string;
      /** The first entry that is or may be damaged. */
      readonly entry?: number;
      readonly read: Read;
    };

/** A checkpoint as programs get it. */
export const headOf = ({ checkpoint: { origin, size, root }, witnesses }: WitnessedCheckpoint): Head => ({
  origin,
  size,
  root: toBase64(root),
  witnesses: witnesses.map(({ name, timeSeconds }) => ({
    name,
    time: new Date(timeSeconds * 1_000).toISOString(),
  })),
});

/** Who cosigned, as the end of a sentence. */
export const seenBy = ({ witnesses }: Head): string =>
  witnesses.length === 0 ? '' : `, cosigned by ${witnesses.map(({ name }) => name).join(', ')}`;
