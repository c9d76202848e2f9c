import { leafStoreContract } from './leaf-store.contract.js';
import { LeavesInMemory, MemoryLeases, memoryLeafStore } from './memory-leaf-store.js';

leafStoreContract('the leaf store in memory', async () => {
  let nowMs = 0;
  const shared = new LeavesInMemory(new MemoryLeases(() => nowMs));
  return {
    store: memoryLeafStore(shared),
    another: async () => memoryLeafStore(shared),
    takeLease: async (owner) => {
      nowMs += 60_000;
      const lease = await shared.leases.lease('sealer', owner, 1_000);
      if (lease === undefined) throw new Error('the lease before has not run out');
      return lease;
    },
    dispose: async () => undefined,
  };
});
