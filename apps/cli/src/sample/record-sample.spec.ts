import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openEmbedded, queries, type Rapport } from '@rapport/profiles';
import { generateSample } from './generate-sample.js';
import { sampleHighlights } from './sample-highlights.js';

const TIMEOUT_MS = 180_000;

describe('a ledger that records the sample', () => {
  let dataDir: string;
  let rapport: Rapport;
  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'rapport-sample-'));
    // A clock of its own: whoever runs this before the sample ends must not see it refused.
    rapport = await openEmbedded({ dataDir, projector: 'inline', now: () => Date.parse('2026-10-01') });
  });
  afterAll(async () => {
    await rapport.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it(
    'refuses nothing, parks nothing, and can answer',
    async () => {
      const ledger = await rapport.ledger('sample');
      const outcomes = await ledger.record([...generateSample()]);
      expect(outcomes.filter(({ status }) => status !== 'recorded')).toEqual([]);

      const { position } = await ledger.head();
      await ledger.waitFor(position, TIMEOUT_MS);
      expect(await ledger.parked()).toEqual([]);

      const { party } = sampleHighlights.complaint;
      const day = '2026-09-30';
      const [first, second] = await Promise.all(
        [1, 2].map((rules) => queries.loyaltyScore(ledger, party, { day, rules })),
      );
      expect(first?.value.scoreThousandths).toBeGreaterThan(500_000);
      expect(second?.value.scoreThousandths).toBeGreaterThan(500_000);
    },
    TIMEOUT_MS,
  );
});
