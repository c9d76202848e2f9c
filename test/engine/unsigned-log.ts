import { SealedLog } from '@rapport/ledger';
import { sqliteProofLog } from '@rapport/store-sqlite';

/** The proof log of a ledger file, for an engine without a key folder: nothing is signed. */
export const unsignedLog = (file: string): SealedLog =>
  new SealedLog({
    tenant: 'main',
    log: sqliteProofLog(file),
    heads: {
      last: () => Promise.resolve(undefined),
      keep: () => Promise.reject(new Error('nothing is signed here')),
    },
    keys: undefined,
  });
