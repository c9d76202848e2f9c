import { RapportError } from '@rapport/kernel';

/** Lower-case, so that a tenant is the same folder on any file system; no `-` or `.`, which separate names in other stores. */
const TENANT = /^[a-z][a-z0-9_]{0,62}$/;

/** Whether a name may be that of a tenant. */
export const isTenantName = (name: string): boolean => TENANT.test(name);

/** @throws RapportError `INVALID_TENANT` */
export function checkTenantName(name: string): void {
  if (!isTenantName(name))
    throw new RapportError(
      'INVALID_TENANT',
      'A tenant name has up to 63 of a-z, 0-9 and _, and begins with a letter.',
    );
}
