import type { Rapport } from '@rapport/profiles';

/** The ledger of a tenant, as a profile opens it. */
export type Ledger = Awaited<ReturnType<Rapport['ledger']>>;
