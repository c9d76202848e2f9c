/** Names of the files of a tenant. */
export const LEDGER_FILE = 'ledger.db';
export const VIEWS_FILE = 'views.db';
