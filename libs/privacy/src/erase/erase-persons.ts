import { accept, type Result } from '@rapport/kernel';
import type { PersonKeys } from '../keys/person-keys.js';
import type { Tombstone } from '../ports/key-store.js';
import type { LegalHolds } from '../ports/legal-holds.js';
import { decideErasure, type ErasurePolicy, type ErasureRequest } from './decide-erasure.js';

/** What is left to show of an erasure. Holds no personal value. */
export interface ErasureReceipt extends Tombstone {
  /** How many personal parts became unreadable, when that was counted. */
  readonly parts?: number;
}

/**
 * Erases persons: asks for legal holds, decides, puts up the tombstones and destroys the keys, in this order. From then on
 * nobody reads what was sealed for them, in the ledger, in views or in backups of either; the proofs of their events hold
 * as before. Whoever calls records `PersonalDataErased` from the receipts next, and may repeat the whole after a crash:
 * a person who was erased already gets the receipt of the first time.
 * @returns a receipt for each person, or a rejection `LEGAL_HOLD`, `APPROVAL_REQUIRED`, `INVALID_REQUEST`
 * @throws RapportError of the ports
 * @example
 * const erased = await erasePersons({ keys, holds, policy }, { persons: [{ id: '42', parts: 7 }], by: 's-7', basis, at });
 * if (erased.ok) erased.value[0]; // { person: '42', erasedat: at, by: 's-7', basis, keyid: …, parts: 7 }
 */
export async function erasePersons(
  { keys, holds, policy }: { keys: PersonKeys; holds: LegalHolds; policy: ErasurePolicy },
  request: ErasureRequest,
): Promise<Result<readonly ErasureReceipt[]>> {
  const decision = decideErasure(request, policy, await holds.on(request.persons.map(({ id }) => id)));
  if (!decision.ok) return decision;
  const counted = new Map(request.persons.map(({ id, parts }) => [id, parts]));
  const standing = await keys.erase(decision.value);
  return accept(
    standing.map((tombstone) => {
      const parts = counted.get(tombstone.person);
      return parts === undefined ? tombstone : { ...tombstone, parts };
    }),
  );
}
