import { describe } from '@jest/globals';
import { entriesSpecs } from './view-store/entries.contract.js';
import { findSpecs } from './view-store/find.contract.js';
import { indexSpecs } from './view-store/engine-index.contract.js';
import { leaseSpecs } from './view-store/lease.contract.js';
import { parkedSpecs } from './view-store/parked.contract.js';
import { saveSpecs } from './view-store/save.contract.js';
import { scanSpecs } from './view-store/scan.contract.js';
import { versionSpecs } from './view-store/version.contract.js';
import type { ViewStoreFactory } from './view-store/views-under-test.js';

/**
 * Registers what every view store must do, as specs of the store that the factory makes.
 * @param name the store, as the report names it
 * @param factory makes an empty store for each spec; the store takes the time of its leases from the given clock
 * @example
 * viewStoreContract('SQLite view store', async (now) => {
 *   const folder = mkdtempSync(join(tmpdir(), 'rapport-'));
 *   const open = () => sqliteViewStore({ file: join(folder, 'views.db'), now });
 *   …
 * });
 */
export function viewStoreContract(name: string, factory: ViewStoreFactory): void {
  describe(name, () => {
    describe('save', () => saveSpecs(factory));
    describe('find', () => findSpecs(factory));
    describe('entries', () => entriesSpecs(factory));
    describe('scan and count', () => scanSpecs(factory));
    describe('versions', () => versionSpecs(factory));
    describe('leases', () => leaseSpecs(factory));
    describe('parked keys', () => parkedSpecs(factory));
    describe("the engine's index", () => indexSpecs(factory));
  });
}
