export {
  defineKind,
  HEADLINE_LENGTH_MAX,
  type DefinedKind,
  type Example,
  type KindDefinition,
} from './define-kind.js';
export { defineLifecycle } from './define-lifecycle.js';
export { kindsReference } from './kinds-reference.js';
export { legalHoldPlaced, legalHoldReleased, personalDataErased } from './kinds.js';
export { moneyText } from './money-text.js';
export { definedKinds, kinds } from './registry.js';
