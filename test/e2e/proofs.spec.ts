import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { verifyBundle } from '@rapport/profiles';
import { logPolicy } from '@rapport/proof';
import { touchpoint } from '../engine/open-ledger.js';
import { startRapport, type StartedRapport } from './start-rapport.js';
import { ask, post } from './talk.js';

let rapport: StartedRapport;
beforeAll(async () => {
  rapport = await startRapport();
  for (const id of ['sale-1', 'sale-2'])
    await post(`${rapport.url}/v1/events`, touchpoint('SaleCompleted', id));
});
afterAll(() => rapport.close());

const prove = (question: string) => ask(`${rapport.url}/v1/proofs/${question}`, { method: 'POST' });

async function* once(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

describe('POST /v1/proofs', () => {
  it.each(['timeline?party=c-1', 'loyalty?party=c-1&day=2026-01-31', 'document?view=signals&key=c-1'])(
    'proves what was just recorded: %s',
    async (question) => {
      const { status, headers, text } = await prove(question);
      expect(status).toBe(200);
      expect(headers.get('content-type')).toContain('application/x-ndjson');
      const key = await ask(`${rapport.url}/v1/log/key`);
      const { header } = await verifyBundle(once(text), logPolicy(key.text.trim()));
      expect(header.treeSize).toBeGreaterThanOrEqual(3);
      expect(JSON.stringify(header.question)).toContain('c-1');
    },
  );

  it('refuses what cannot be asked, with a problem', async () => {
    const codes = async (question: string): Promise<readonly unknown[]> => {
      const { status, body } = await prove(question);
      return [status, body['code']];
    };
    expect(await codes('weather?party=c-1')).toEqual([400, 'INVALID_QUERY']);
    expect(await codes('timeline')).toEqual([400, 'INVALID_QUERY']);
    expect(await codes('timeline?party=c-1&colour=red')).toEqual([400, 'INVALID_QUERY']);
    expect(await codes('loyalty?party=nobody&day=2026-01-31')).toEqual([404, 'PARTY_NOT_FOUND']);
    expect(await codes('timeline?party=c-1&tenant=none')).toEqual([404, 'TENANT_NOT_FOUND']);
    expect(await codes('constructor?party=c-1')).toEqual([400, 'INVALID_QUERY']);
  });
});
