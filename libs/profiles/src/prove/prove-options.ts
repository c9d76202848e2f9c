import type { eventSecrets } from '@rapport/ledger';

/** What a bundle is to hold beside its events, what is said while it is made, and how that is stopped. */
export interface ProveOptions {
  /** Gives the holder of the bundle the secrets of the personal values in it that these keys open; none unless given. */
  readonly keys?: Parameters<typeof eventSecrets>[0];
  /** The completeness map is brought up to date: leaves in it, of so many. */
  readonly onMap?: (done: number, total: number) => void;
  /** Events are written: so many, of so many. */
  readonly onEvent?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}
