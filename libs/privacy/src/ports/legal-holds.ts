/** That something must be kept although its person asks for erasure. */
export interface LegalHold {
  readonly person: string;
  /** What orders it, as a reference and not as a story: `case 2026-17`. Shown to whoever asks for the erasure. */
  readonly reference: string;
}

/**
 * Knows what the law makes the firm keep.
 * @example const none: LegalHolds = { on: async () => [] };
 */
export interface LegalHolds {
  /** The holds on any of these persons; empty when all may be erased. */
  on(persons: readonly string[]): Promise<readonly LegalHold[]>;
}
