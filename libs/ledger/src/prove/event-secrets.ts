import type { PersonKeys, SealedParts } from '@rapport/privacy';
import type { SealedEvent } from '../ports/index.js';
import type { EventSecret } from './write-bundle.js';

/**
 * The secrets with which a holder of a bundle may read the personal values of its events: one for each person in an event,
 * which opens nothing else. Values of the erased stay closed.
 * @throws RapportError as the keys do, when they cannot be used at all
 * @example proveAnswer(source, answering, question, { ...options, secretsOf: eventSecrets(keys) })
 */
export const eventSecrets =
  (keys: Pick<PersonKeys, 'forOpening'>) =>
  async ({ id, body }: Pick<SealedEvent, 'id' | 'body'>): Promise<readonly EventSecret[]> => {
    const { sealed = [] } = JSON.parse(body) as { readonly sealed?: readonly SealedParts[] };
    if (sealed.length === 0) return [];
    const found = await keys.forOpening(sealed.map(({ subject }) => subject));
    return sealed.flatMap(({ subject, keyid }) => {
      const key = found.get(subject);
      return key?.ok === true && key.value.keyid === keyid
        ? [{ subject, secret: key.value.eventSecret(id) }]
        : [];
    });
  };
