import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CompletenessMap } from '@rapport/ledger';
import { completenessMapContract } from '@rapport/testing';
import { sqliteCompletenessMap } from './completeness-map.js';

completenessMapContract('the SQLite completeness map', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rapport-map-'));
  const maps: CompletenessMap[] = [];
  const another = async (): Promise<CompletenessMap> => {
    const map = sqliteCompletenessMap({ file: join(folder, 'map.db') });
    maps.push(map);
    return map;
  };
  return {
    map: await another(),
    another,
    dispose: async () => {
      for (const map of maps) await map.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
});
