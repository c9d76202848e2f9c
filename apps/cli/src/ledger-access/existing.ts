import { openEmbedded } from '@rapport/profiles';
import { openingOf, type Opening } from './opening.js';

/**
 * Makes sure that a tenant is there, so that looking after it does not bring it into being.
 * @throws RapportError `DATA_NOT_FOUND`, `TENANT_NOT_FOUND`
 */
export async function existing(opening: Opening, tenant: string): Promise<void> {
  const rapport = await openEmbedded({ ...openingOf(opening), readOnly: true, projector: 'none' });
  try {
    await rapport.ledger(tenant);
  } finally {
    await rapport.close();
  }
}
