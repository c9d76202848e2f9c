export { kinds } from '@rapport/touchpoints';
export * as queries from '@rapport/views';
export { renewLogKey } from './embedded-log.js';
export { announce, holderOf, openEmbedded } from './embedded.js';
export * from './rapport.js';
