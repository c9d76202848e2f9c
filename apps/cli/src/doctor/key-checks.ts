import { failureOf } from '../failure.js';
import type { Ledger } from '../ledger-access/ledger.js';
import { mend, ok, type Finding } from './finding.js';

const PERSONS_SHOWN = 5;

/** Whether the keys of persons are there and open, and whether every erasure was finished. */
export async function checkKeys(ledger: Ledger): Promise<Finding> {
  const check = `${ledger.tenant}: keys`;
  try {
    const { keys, erased, untold } = await ledger.checkKeys();
    if (untold.length === 0) return ok(check, `${keys} keys of persons open; ${erased} persons erased.`);
    const some = untold.slice(0, PERSONS_SHOWN).join(', ');
    return mend(
      check,
      `${untold.length} erasures were cut off before the ledger told of them (${some}): run \`rapport erase\` for them again.`,
    );
  } catch (error) {
    return mend(check, failureOf(error).message);
  }
}
