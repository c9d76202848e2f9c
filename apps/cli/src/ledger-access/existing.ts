import type { Invocation } from '../invocation.js';
import { openEmbedded } from '@rapport/profiles';

/**
 * Makes sure that a tenant is there, so that looking after it does not bring it into being.
 * @throws RapportError `DATA_NOT_FOUND`, `TENANT_NOT_FOUND`
 */
export async function existing(place: Invocation['place'], tenant: string): Promise<void> {
  const rapport = await openEmbedded({ ...place, readOnly: true, projector: 'none' });
  try {
    await rapport.ledger(tenant);
  } finally {
    await rapport.close();
  }
}
