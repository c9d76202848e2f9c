import { RapportError } from '@rapport/kernel';

/** What is checked of a bundle, in this order; the first that fails is named. */
export type BundleCheck =
  /** The header has its form and declares what may be read. */
  | 'header'
  /** The checkpoint is signed by the key or as the policy asks. */
  | 'checkpoint'
  /** Every other line has its form, its place and its size. */
  | 'lines'
  /** The leaf is in the signed tree. */
  | 'inclusion'
  /** The event is the one that the leaf commits to. */
  | 'event'
  /** A secret opens what it is said to open. */
  | 'secret'
  /** The root of the completeness map was logged. */
  | 'seal'
  /** What the map holds for a key. */
  | 'map'
  /** All events of a key are there, and no others. */
  | 'completeness'
  /** The question can be replayed from what is there. */
  | 'replay'
  /** The replayed answer is the one given. */
  | 'answer';

/** Refuses a bundle. @throws RapportError `BUNDLE_REFUSED` (facts: check, and what is known of event, key or line) */
export function refuseBundle(
  check: BundleCheck,
  message: string,
  facts: Readonly<Record<string, string | number>> = {},
): never {
  throw new RapportError('BUNDLE_REFUSED', message, { facts: { check, ...facts } });
}
