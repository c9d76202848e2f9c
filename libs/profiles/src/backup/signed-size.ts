import { noteVerifier, openCheckpoint } from '@rapport/proof';
import { readLogKeys, signedHeadsIn } from '../log-keys.js';

/** How many events the last signed head in a tenant's folder of secrets covers; undefined where there is none. */
export async function signedSizeIn(folder: string): Promise<number | undefined> {
  const keys = await readLogKeys(folder);
  const checkpoint = await signedHeadsIn(folder).last();
  if (keys === undefined || checkpoint === undefined) return undefined;
  return openCheckpoint(checkpoint, noteVerifier(keys.verifierKey)).checkpoint.size;
}
