import { LOG_SOURCE } from '@rapport/kernel';
import type { Answering, SealKind } from '@rapport/ledger';
import { kinds } from '@rapport/touchpoints';
import { views } from '@rapport/views';
import { codeDigest } from './code-digest.js';
import { ask } from './questions.js';

/** How the ledger logs the root of its completeness map. */
export const SEAL: SealKind = {
  type: 'rapport.governance.LedgerSealed.v1',
  stream: 'policy/proof',
  source: LOG_SOURCE,
};

/** The kinds, views and questions of this Rapport, for whoever proves and whoever verifies. */
export const answering = (): Answering => ({ kinds, views, ask, codeDigest: codeDigest(), seal: SEAL });
