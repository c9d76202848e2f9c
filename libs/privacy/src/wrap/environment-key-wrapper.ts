import { RapportError } from '@rapport/kernel';
import type { KeyWrapper } from '../ports/key-wrapper.js';
import { wrapperOfText } from './key-secret.js';

/**
 * The key-encryption key of a tenant from a secret in an environment variable: 32 random bytes as base64url. Nothing is
 * made when it is missing, since a process cannot keep it.
 * @param environment usually `process.env`
 * @throws RapportError `INVALID_CONFIGURATION`
 * @example environmentKeyWrapper({ environment: process.env, name: 'RAPPORT_KEY_SECRET', tenant: 'main' })
 */
export function environmentKeyWrapper(options: {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly name: string;
  readonly tenant: string;
}): KeyWrapper {
  const { environment, name, tenant } = options;
  const text = environment[name];
  if (text === undefined || text === '')
    throw new RapportError(
      'INVALID_CONFIGURATION',
      `The environment variable ${name} is not set: it holds the key-encryption key, without which no personal value can be read or recorded.`,
    );
  return wrapperOfText(text, tenant, `The environment variable ${name}`);
}
