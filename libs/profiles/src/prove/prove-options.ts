/** What a bundle is to hold beside its events, what is said while it is made, and how that is stopped. */
export interface ProveOptions {
  /** Gives whoever holds the bundle the secrets of the personal values in it: those of its events, and of no other. */
  readonly withPersonal?: boolean;
  /** The completeness map is brought up to date: leaves in it, of so many. */
  readonly onMap?: (done: number, total: number) => void;
  /** Events are written: so many, of so many. */
  readonly onEvent?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}
