import { RapportError, type View } from '@rapport/kernel';
import type { Ledger } from '@rapport/ledger';

/** The view of a name, with the shape that a request is about. @throws RapportError `VIEW_NOT_FOUND`, `INVALID_QUERY` */
export function viewOf(ledger: Ledger, name: string, asked: 'any' | 'documents' | 'entries' = 'any'): View {
  const view = ledger.views.find((one) => one.name === name);
  if (view === undefined)
    throw new RapportError(
      'VIEW_NOT_FOUND',
      'There is no view of this name: see /v1/views for those there are.',
    );
  const keeps = view.shape === 'entries' ? 'entries' : 'documents';
  if (asked !== 'any' && asked !== keeps) {
    throw new RapportError(
      'INVALID_QUERY',
      `${view.name} keeps ${keeps}: ask for /v1/views/${view.name}/${keeps}.`,
    );
  }
  return view;
}
