import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { request } from 'node:http';
import { startRapport, type StartedRapport } from '../e2e/start-rapport.js';
import { ask, post } from '../e2e/talk.js';
import { sale } from '../e2e/touchpoints.js';
import { nearMiss, shot, type Shot } from './random-requests.js';

/** Fixed, so that a failure can be repeated; RAPPORT_FUZZ_SEED and RAPPORT_FUZZ_RUNS look further. */
const SEED = Number(process.env['RAPPORT_FUZZ_SEED'] ?? 20_260_131);
const RUNS = Number(process.env['RAPPORT_FUZZ_RUNS'] ?? 2_000);

/** Answers that say "not now" on purpose: they are no faults. */
const ON_PURPOSE = new Set(['WAIT_TIMEOUT', 'OVERLOADED', 'VIEW_BEHIND']);

interface Hit {
  readonly status: number;
  readonly text: string;
  readonly contentType: string;
}

function fire(url: string, { method, path: where, headers: sent, body }: Shot): Promise<Hit> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const sending = request(
      { hostname, port, method, path: where.replace(/[^\x21-\x7e]/g, ''), headers: sent },
      (response) => {
        let text = '';
        response
          .setEncoding('utf8')
          .on('data', (part: string) => (text += part))
          .on('end', () =>
            resolve({
              status: response.statusCode ?? 0,
              text,
              contentType: response.headers['content-type'] ?? '',
            }),
          )
          .on('error', reject);
      },
    );
    sending.on('error', reject);
    sending.end(method === 'GET' || method === 'HEAD' ? undefined : body);
  });
}

describe('the API under random requests', () => {
  let rapport: StartedRapport;
  const incidents: string[] = [];
  beforeAll(async () => {
    rapport = await startRapport({
      limits: { tenantsMax: 5 },
      log: (line) => {
        if (line.level === 'error') incidents.push(JSON.stringify(line));
      },
    });
    await post(`${rapport.url}/v1/events`, sale('seed'));
  });
  afterAll(() => rapport.close());

  it.each([
    ['of any shape', shot],
    ['that nearly make sense', nearMiss],
  ])(
    'never fails for requests %s',
    async (_what, arbitrary) => {
      await fc.assert(
        fc.asyncProperty(arbitrary, async (one) => {
          const { status, text, contentType } = await fire(rapport.url, one);
          expect(status).toBeGreaterThanOrEqual(200);
          if (status < 400) return;
          if (one.method === 'HEAD') return;
          expect(contentType).toMatch(/^application\/problem\+json/);
          const problem = JSON.parse(text) as { status: number; code: string };
          expect(problem.status).toBe(status);
          if (status >= 500) expect(ON_PURPOSE).toContain(problem.code);
        }),
        { seed: SEED, numRuns: RUNS, interruptAfterTimeLimit: 240_000, markInterruptAsFailure: false },
      );
      expect(incidents).toEqual([]);
    },
    300_000,
  );

  it('still records and answers afterwards', async () => {
    expect(await post(`${rapport.url}/v1/events`, sale('after-the-storm', 'unhurt'))).toMatchObject({
      status: 201,
    });
    expect((await ask(`${rapport.url}/v1/streams/relationship/unhurt`)).body).toMatchObject({ exists: true });
    expect((await ask(`${rapport.url}/healthz`)).status).toBe(200);
  });
});
