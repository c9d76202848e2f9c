import { opened, type Opening } from './opening.js';

/**
 * Makes sure that a tenant is there, so that looking after it does not bring it into being.
 * @throws RapportError `DATA_NOT_FOUND`, `TENANT_NOT_FOUND`
 */
export async function existing(opening: Opening, tenant: string): Promise<void> {
  const rapport = await opened(opening, 'read');
  try {
    await rapport.ledger(tenant);
  } finally {
    await rapport.close();
  }
}
