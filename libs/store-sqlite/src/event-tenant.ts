import { RapportError } from '@rapport/kernel';
import type { Database } from 'better-sqlite3';
import { prepared } from './errors.js';

/**
 * Sees to it that a ledger is that of the tenant; a new one becomes it. Event ids depend on the tenant: under another name,
 * repeats would not be recognised.
 * @throws RapportError `STORE_FOREIGN`
 */
export function checkTenant(db: Database, file: string, tenant: string, readOnly: boolean): void {
  prepared(file, () => {
    const select = db.prepare('SELECT tenant FROM ledger').pluck();
    if (!readOnly)
      db.prepare('INSERT INTO ledger (tenant) SELECT ? WHERE NOT EXISTS (SELECT 1 FROM ledger)').run(tenant);
    const owner = select.get() as string | undefined;
    if (owner !== undefined && owner !== tenant) {
      throw new RapportError(
        'STORE_FOREIGN',
        `The ledger at ${file} belongs to the tenant ${owner}, not to ${tenant}: move it back to the folder of ${owner}.`,
      );
    }
  });
}
