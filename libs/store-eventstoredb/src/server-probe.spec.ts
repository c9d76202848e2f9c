import { describe, expect, it } from '@jest/globals';
import { eventStoreDbForTests, failure } from '@rapport/testing';
import { eventStoreDbServer } from './server-probe.js';

const url = await eventStoreDbForTests();
/** Nothing listens on it: port 1 is for a service that nobody runs. */
const NOBODY = 'esdb://127.0.0.1:1?tls=false';

(url === undefined ? describe.skip : describe)('a server that is there', () => {
  it('tells its version, how fast it is, and what it lets the user do', async () => {
    const server = await eventStoreDbServer(url as string, 10_000);
    expect(server).toMatchObject({ isReadable: true, isWritable: true });
    expect(server.version).toMatch(/^\d+\.\d+/);
    expect(server.latencyMs).toBeGreaterThan(0);
  });
});

describe('a server that is not there', () => {
  it('is told from one that is, in time', async () => {
    const error = await failure(eventStoreDbServer(NOBODY, 500), 'STORE_UNAVAILABLE');
    expect(error.message).toContain('check that it runs');
  });

  it.each(['127.0.0.1:2113', 'http://127.0.0.1', 'esdb://user:secret@host:port', ''])(
    'is not looked for at %j, and no password is shown',
    async (address) => {
      const error = await failure(eventStoreDbServer(address, 500), 'INVALID_CONFIGURATION');
      expect(error.message).not.toContain('secret');
    },
  );

  it('is not looked for with an option that nobody knows', async () => {
    const error = await failure(
      eventStoreDbServer('esdb://user:secret@127.0.0.1:1?tsl=false', 500),
      'INVALID_CONFIGURATION',
    );
    expect(error.message).toContain('tsl');
    expect(error.message).not.toContain('secret');
  });
});
