export { kinds } from '@rapport/touchpoints';
export { backUp, type Backup, type BackupOptions } from './backup/back-up.js';
export { restore, type Restore, type RestoreOptions } from './backup/restore.js';
export * as queries from '@rapport/views';
export {
  moveLedgers,
  type FolderPlace,
  type MovedTenant,
  type MoveOptions,
  type MoveProgress,
  type MoveVerdict,
} from './move/move.js';
export { logFilePaths } from '@rapport/ledger';
export type { StoreVerdict } from './verify-ledger.js';
export { verifyStore, type VerifyStoreOptions } from './verify-store.js';
export { renewLogKey } from './renew-log-key.js';
export { announce, holderOf, openEmbedded } from './embedded.js';
export {
  lookAtServers,
  openOnlooker,
  type Onlooker,
  type SeenServer,
  type SeenTenant,
  type SeenWork,
} from './look-at-production.js';
export { erasureRules } from './erasure.js';
export { openRapport, type Use } from './open-rapport.js';
export { personDocument } from './person-document.js';
export { proveQuestion } from './prove/prove-question.js';
export { verifyBundle } from './prove/verify-bundle.js';
export {
  configurationOf,
  placeOf,
  withoutCredentials,
  type Configuration,
  type ProductionConfiguration,
} from './production/configuration.js';
export { configurationReference } from './production/configuration-reference.js';
export { VARIABLES, type Variable } from './production/variables.js';
export * from './rapport.js';
export * from './start-worker.js';
