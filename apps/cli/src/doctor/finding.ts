/** What one check found. */
export interface Finding {
  readonly check: string;
  /** `mend`: something does not work; `note`: it works, but look at it. */
  readonly state: 'ok' | 'note' | 'mend';
  readonly says: string;
}

/** A finding that all is well. */
export const ok = (check: string, says: string): Finding => ({ check, state: 'ok', says });
/** A finding worth a look. */
export const note = (check: string, says: string): Finding => ({ check, state: 'note', says });
/** A finding that needs mending; `says` ends with what to do. */
export const mend = (check: string, says: string): Finding => ({ check, state: 'mend', says });
