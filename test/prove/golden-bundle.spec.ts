import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, jest } from '@jest/globals';
import { touchpoint } from '../engine/open-ledger.js';
import { Bundle, ProvenLedger } from './proven-ledger.js';

jest.setTimeout(60_000);

const folder = join(import.meta.dirname, '..', 'golden', 'bundles');
const file = join(folder, 'timeline.v1.ndjson');
const keyFile = join(folder, 'log.pub');

/** Made anew with UPDATE_GOLDEN=1, when the format or the view has a new version. */
async function writeGolden(): Promise<void> {
  const ledger = new ProvenLedger();
  try {
    await ledger.record(
      touchpoint('SaleCompleted', 'sale-1', { time: '2026-01-03T12:00:00.000Z' }),
      touchpoint('SaleCompleted', 'sale-2', { time: '2026-01-09T12:00:00.000Z' }),
      touchpoint('TouchpointVoided', 'void-1', { correctsid: 'sale-2', data: { reason: 'entered twice' } }),
    );
    const { text, verifierKey } = await ledger.prove({ name: 'timeline', parameters: { party: 'c-1' } });
    writeFileSync(file, text);
    writeFileSync(keyFile, `${verifierKey}\n`);
  } finally {
    ledger.remove();
  }
}

describe('a bundle that was written once', () => {
  it('is accepted for as long as its format and its view have the same version', async () => {
    if (process.env['UPDATE_GOLDEN'] === '1') await writeGolden();
    expect(existsSync(file)).toBe(true);
    const bundle = Bundle.of(readFileSync(file, 'utf8'), readFileSync(keyFile, 'utf8').trim());
    const { header, origin } = await bundle.verify();
    expect(origin).toBe('rapport.local/main');
    expect([header.format, header.version, header.view]).toEqual([
      'rapport-bundle',
      1,
      { name: 'timeline', version: 1 },
    ]);
    expect(bundle.lines.map((line) => Object.keys(line).join(' '))).toEqual([
      'answer bytes checkpoint codeDigest events format keys question sealIndex secrets tenant treeSize version view',
      ...Array.from({ length: header.keys }, () => 'key proof'),
      ...Array.from({ length: header.events }, () => 'body inclusion index leaf salt'),
    ]);
  });
});
