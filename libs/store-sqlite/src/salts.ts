import { randomBytes } from 'node:crypto';
import { SALT_BYTES } from '@rapport/ledger/ports';

/** Salts made at once: asking the system for each would cost more than the salt. */
const SALTS_PER_CALL = 512;

/** Random salts, one for each event; none is ever given twice. */
export class Salts {
  private made: Buffer = Buffer.alloc(0);
  private at = 0;

  next(): Uint8Array {
    if (this.at === this.made.length) {
      this.made = randomBytes(SALT_BYTES * SALTS_PER_CALL);
      this.at = 0;
    }
    return this.made.subarray(this.at, (this.at += SALT_BYTES));
  }
}
