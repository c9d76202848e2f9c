import { describe } from '@jest/globals';
import { appendSpecs } from './event-store/append.contract.js';
import { concurrencySpecs } from './event-store/concurrency.contract.js';
import { duplicateSpecs } from './event-store/duplicate.contract.js';
import { readSpecs } from './event-store/read.contract.js';
import type { EventStoreFactory } from './event-store/store-under-test.js';
import { subscribeSpecs } from './event-store/subscribe.contract.js';

/**
 * Registers what every event store must do, as specs of the store that the factory makes.
 * @param name the store, as the report names it
 * @param factory makes an empty store for each spec
 * @example
 * eventStoreContract('SQLite event store', async () => {
 *   const folder = mkdtempSync(join(tmpdir(), 'rapport-'));
 *   const open = () => sqliteEventStore({ file: join(folder, 'ledger.db'), tenant: 'main' });
 *   …
 * });
 */
export function eventStoreContract(name: string, factory: EventStoreFactory): void {
  describe(name, () => {
    describe('append', () => appendSpecs(factory));
    describe('a repeated append', () => duplicateSpecs(factory));
    describe('concurrent appends', () => concurrencySpecs(factory));
    describe('reads', () => readSpecs(factory));
    describe('subscribe', () => subscribeSpecs(factory));
  });
}
