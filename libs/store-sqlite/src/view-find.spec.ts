import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import type { Condition, FindQuery } from '@rapport/kernel';
import { openDatabase } from './database.js';
import { Statements } from './statements.js';
import { findCopy } from './view-copies.js';
import { stagesOf } from './view-find.js';
import { VIEW_FORMAT } from './view-schema.js';
import { sqliteViewStore } from './view-store.js';

const VIEW = {
  name: 'parties',
  version: 1,
  shape: 'fold',
  fields: [
    { name: 'city', type: 'text' },
    { name: 'score', type: 'integer' },
    { name: 'active', type: 'boolean' },
  ],
} as const;

const folder = mkdtempSync(join(tmpdir(), 'rapport-plan-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const CONDITIONS: readonly Condition[] = [
  { field: 'key', op: 'equals', value: 'party-1' },
  { field: 'key', op: 'prefix', value: 'party' },
  { field: 'key', op: 'in', value: ['a', 'b'] },
  { field: 'city', op: 'equals', value: 'Bergen' },
  { field: 'city', op: 'equals', value: null },
  { field: 'city', op: 'in', value: ['Bergen', null] },
  { field: 'city', op: 'prefix', value: 'Ber' },
  { field: 'score', op: 'range', value: [1, null] },
  { field: 'score', op: 'range', value: [null, null] },
  { field: 'active', op: 'exists', value: true },
  { field: 'active', op: 'exists', value: false },
];

const SORTS: readonly FindQuery['sort'][] = [
  undefined,
  { field: 'key', direction: 'descending' },
  { field: 'city', direction: 'ascending' },
  { field: 'score', direction: 'descending' },
  { field: 'active', direction: 'ascending' },
];

describe('find', () => {
  it('never goes through a table: every plan follows an index', async () => {
    const file = join(folder, 'views.db');
    const store = sqliteViewStore({ file });
    const lease = (await store.lease('projector', 'me', 60_000))!;
    await store.declare(VIEW);
    await store.build(VIEW, lease);
    await store.swap(VIEW, lease);
    const db = openDatabase(VIEW_FORMAT, {
      file,
      readOnly: true,
      synchronous: 'NORMAL',
      cacheKibibytes: 1_024,
      walPagesMax: 1_000,
    });
    const copy = findCopy(new Statements(db, file), VIEW);
    const cursors = (sort: FindQuery['sort']): readonly (string | undefined)[] => {
      const parts = (value: string | null) =>
        Buffer.from(
          JSON.stringify([sort?.field ?? 'key', sort?.direction ?? 'ascending', value, 'k']),
        ).toString('base64url');
      return [undefined, parts(null), parts('1')];
    };
    let plans = 0;
    for (const where of [[], ...CONDITIONS.map((one) => [one]), CONDITIONS.slice(3, 8)]) {
      for (const sort of SORTS) {
        for (const after of cursors(sort)) {
          const query: FindQuery = {
            where,
            countMax: 10,
            ...(sort === undefined ? {} : { sort }),
            ...(after === undefined ? {} : { after }),
          };
          for (const { sql, bound } of stagesOf(copy, query)) {
            const steps = db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...bound, 10) as {
              readonly detail: string;
            }[];
            for (const { detail } of steps) {
              if (detail.includes('documents_'))
                expect(detail).toMatch(/^(SEARCH|SCAN) documents_\d+ USING .*INDEX/);
            }
            plans++;
          }
        }
      }
    }
    expect(plans).toBeGreaterThan(200);
    db.close();
    await store.close();
  });
});
