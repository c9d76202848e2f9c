export { kinds } from '@rapport/touchpoints';
export * as queries from '@rapport/views';
export { announce, holderOf, openEmbedded } from './embedded.js';
export { erasureRules } from './erasure.js';
export { personDocument } from './person-document.js';
export * from './rapport.js';
