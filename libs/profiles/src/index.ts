export { kinds } from '@rapport/touchpoints';
export * as queries from '@rapport/views';
export { logFilePaths } from '@rapport/ledger';
export { verifyStore, type StoreVerdict } from './verify-store.js';
export { renewLogKey } from './embedded-log.js';
export { announce, holderOf, openEmbedded } from './embedded.js';
export { proveQuestion } from './prove/prove-question.js';
export { verifyBundle } from './prove/verify-bundle.js';
export * from './rapport.js';
