import { RapportError } from '@rapport/kernel';
import type { Rapport } from '../rapport.js';
import type { ProductionOptions } from './production-options.js';

export function openProduction(
  options: ProductionOptions,
  how: { readonly readOnly: boolean },
): Promise<Rapport> {
  return Promise.reject(new RapportError('INTERNAL', `${options.keysDir} ${how.readOnly}`));
}
