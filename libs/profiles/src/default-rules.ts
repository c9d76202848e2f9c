import type { Json } from '@rapport/kernel';
import { defaultRulesTouchpoint } from '@rapport/views';

/** What a new ledger begins with. */
export const defaultRules = (): Json => ({ specversion: '1.0', ...defaultRulesTouchpoint() });
