import { splitPersonal, type JsonObject, type Kind } from '@rapport/kernel';
import type { Split } from '../resolve/corrected-data.js';

/**
 * Splits the personal values of a touchpoint from the rest; undefined for a correction or void, which is split by what it
 * is about (see {@link splitCorrected}).
 */
export function splitTouchpoint(data: JsonObject, { effect, personal }: Kind): Split | undefined {
  if (effect === 'correction' || effect === 'void') return undefined;
  const split = splitPersonal(personal, data);
  return split.data === data ? { data, personal: undefined } : split;
}
