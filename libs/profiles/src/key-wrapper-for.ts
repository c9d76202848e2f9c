import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { environmentKeyWrapper, fileKeyWrapper, type KeyWrapper } from '@rapport/privacy';
import { KEY_ENCRYPTION_KEY_FILE } from './files.js';

const SECRET_VARIABLE = 'RAPPORT_KEY_ENCRYPTION_KEY';

/** Where the secret lies from which a tenant's key-encryption key is made. */
export interface SecretPlace {
  readonly tenant: string;
  /** The folder of secrets of all tenants. */
  readonly keysDir: string;
  /** See `EmbeddedOptions.keyEncryptionKey`. */
  readonly keyEncryptionKey?: string | undefined;
  /** Whether a missing secret is made. */
  readonly mayMake: boolean;
}

/** The secret that stands instead of the file; empty where there is none. */
export const givenSecret = ({ keyEncryptionKey }: Pick<SecretPlace, 'keyEncryptionKey'>): string =>
  keyEncryptionKey ?? process.env[SECRET_VARIABLE] ?? '';

/**
 * What wraps the keys of a tenant's persons.
 * @throws RapportError `INVALID_CONFIGURATION`
 */
export async function keyWrapperFor(place: SecretPlace): Promise<KeyWrapper> {
  const { tenant, keysDir, mayMake } = place;
  const secret = givenSecret(place);
  if (secret !== '')
    return environmentKeyWrapper({
      environment: { [SECRET_VARIABLE]: secret },
      name: SECRET_VARIABLE,
      tenant,
    });
  if (mayMake) await mkdir(keysDir, { recursive: true, mode: 0o700 });
  return fileKeyWrapper({ file: join(keysDir, KEY_ENCRYPTION_KEY_FILE), tenant, mayMake });
}
