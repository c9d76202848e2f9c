import { accept, reject, type Result } from '@rapport/kernel';
import type { LegalHold } from '../ports/legal-holds.js';
import type { Tombstone } from '../ports/key-store.js';

export interface ErasureRequest {
  /**
   * The persons as recorded. For a party into which others were merged: the ids of all its members, since each has its own
   * key. `parts`: how many personal parts the ledger holds of the person, when that was counted.
   */
  readonly persons: readonly { readonly id: string; readonly parts?: number }[];
  /** The id of who erases. */
  readonly by: string;
  /** The id of who approves. */
  readonly approvedby?: string;
  /** Why: a request of the person, a retention period … No personal value. */
  readonly basis: string;
  /** When: RFC 3339 in UTC. */
  readonly at: string;
}

export interface ErasurePolicy {
  /** Whether a second person has to approve. */
  readonly approvalRequired: boolean;
}

/**
 * Whether persons may be erased, as the tombstones to put up. Pure. Refused as a whole when anything stands against it:
 * half an erased party would be neither erased nor kept.
 * @returns a rejection `INVALID_REQUEST` (nobody named, or no reason), `LEGAL_HOLD`, `APPROVAL_REQUIRED`
 * @example decideErasure({ persons: [{ id: '42' }], by: 's-7', basis: 'request', at }, { approvalRequired: false }, [])
 */
export function decideErasure(
  { persons, by, approvedby, basis, at }: ErasureRequest,
  { approvalRequired }: ErasurePolicy,
  holds: readonly LegalHold[],
): Result<readonly Tombstone[]> {
  if (persons.length === 0 || by.trim() === '' || basis.trim() === '')
    return reject('INVALID_REQUEST', 'An erasure names at least one person, who erases, and on which basis.');
  const ids = new Set(persons.map(({ id }) => id));
  const standing = holds.filter(({ person }) => ids.has(person)).map(({ reference }) => reference);
  if (standing.length > 0)
    return reject(
      'LEGAL_HOLD',
      `These personal values must be kept until ${standing.slice(0, HOLDS_SHOWN).join(', ')} is lifted: ask who ordered it.`,
      { facts: { holds: standing.length } },
    );
  if (approvalRequired && (approvedby === undefined || approvedby.trim() === '' || approvedby === by))
    return reject(
      'APPROVAL_REQUIRED',
      'A second person has to approve this erasure: name another than who erases.',
    );
  const approval = approvedby === undefined ? {} : { approvedby };
  return accept([...ids].map((person) => ({ person, erasedat: at, by, ...approval, basis })));
}

const HOLDS_SHOWN = 5;
