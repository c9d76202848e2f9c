import { randomUUID } from 'node:crypto';
import { describe, jest } from '@jest/globals';
import { eventStoreContract, eventStoreDbForTests } from '@rapport/testing';
import { eventStoreDbStore } from './event-store.js';
import { eventStoreDbEnd } from './server-end.js';

jest.setTimeout(60_000); // a contract says what, not how fast

const url = await eventStoreDbForTests();

/** A tenant that nobody else has, since what is appended stays. */
const newTenant = (): string => `t${randomUUID().replaceAll('-', '')}`;

(url === undefined ? describe.skip : describe)('with a server', () => {
  eventStoreContract('the EventStoreDB event store', async () => {
    const tenant = newTenant();
    const beganAt = await eventStoreDbEnd(url as string);
    const open = () => eventStoreDbStore({ url: url as string, tenant, beganAt });
    let current = open();
    return {
      store: current,
      reopen: async () => {
        await current.close();
        current = open();
        return current;
      },
      dispose: () => current.close(),
    };
  });
});
