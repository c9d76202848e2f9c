import { RapportError } from '@rapport/kernel';
import type { Ledger } from '@rapport/ledger';

/** Full type names that a filter names. @throws RapportError `UNKNOWN_KIND` */
export function knownTypes(ledger: Ledger, types: readonly string[]): readonly string[] {
  for (const type of types) {
    if (ledger.kinds.get(type) === undefined) {
      throw new RapportError(
        'UNKNOWN_KIND',
        '`types` names a kind that is not known: give full names, as /v1/kinds lists them.',
        {
          facts: { parameters: 'types' },
        },
      );
    }
  }
  return types;
}
