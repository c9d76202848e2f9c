import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { touchpoint } from '../engine/open-ledger.js';
import { ProvenLedger, type Bundle } from './proven-ledger.js';

jest.setTimeout(120_000);

const ledger = new ProvenLedger();
let bundle: Bundle;
beforeAll(async () => {
  await ledger.record(
    touchpoint('SaleCompleted', 'sale-1'),
    touchpoint('ComplaintReceived', 'complaint-1'),
    touchpoint('TouchpointVoided', 'void-1', { correctsid: 'sale-1', data: { reason: 'twice' } }),
  );
  bundle = await ledger.prove({ name: 'timeline', parameters: { party: 'c-1' } });
});
afterAll(() => ledger.remove());

/** All that may be otherwise without anything untrue being said: which build made it. */
const withoutBuild = ({ text }: Bundle): string => text.replace(/"codeDigest":"(?:[^"\\]|\\.)*"/, '');

async function requireRefused(mutant: Bundle): Promise<void> {
  if (mutant.text === bundle.text) return;
  const refusal = await mutant.refusal();
  if (refusal === 'accepted') expect(withoutBuild(mutant)).toBe(withoutBuild(bundle));
  else expect(refusal).toMatch(/^[a-z]+: \S/);
}

const SEED = 20_261_124;

describe('a mutant of a bundle', () => {
  it('is refused wherever a byte of it was changed', async () => {
    const change = fc.record({ at: fc.nat(), byte: fc.integer({ min: 1, max: 255 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (changes) => {
        const bytes = Buffer.from(bundle.text);
        for (const { at, byte } of changes) bytes[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ byte;
        await requireRefused(bundle.withText(bytes.toString('latin1')));
      }),
      { numRuns: 600, seed: SEED },
    );
  });

  it('is refused wherever it was cut, doubled or turned round', async () => {
    const cut = fc.record({
      from: fc.nat(),
      length: fc.nat(400),
      turn: fc.constantFrom('drop', 'double', 'end'),
    });
    await fc.assert(
      fc.asyncProperty(cut, async ({ from, length, turn }) => {
        const { text } = bundle;
        const at = from % text.length;
        const part = text.slice(at, at + length);
        const rest = { drop: '', double: part + part, end: '' }[turn];
        const tail = turn === 'end' ? '' : text.slice(at + length);
        await requireRefused(bundle.withText(text.slice(0, at) + rest + tail));
      }),
      { numRuns: 300, seed: SEED },
    );
  });

  it('is refused whichever lines were left out, doubled or exchanged, though its header counts them', async () => {
    const pick = fc.record({ a: fc.nat(), b: fc.nat(), turn: fc.constantFrom('drop', 'double', 'exchange') });
    await fc.assert(
      fc.asyncProperty(pick, async ({ a, b, turn }) => {
        const mutant = bundle.changed(([header = {}, ...lines]) => {
          const [one, other] = [a % lines.length, b % lines.length];
          const next = [...lines];
          if (turn === 'drop') next.splice(one, 1);
          else if (turn === 'double') next.splice(other, 0, lines[one] ?? {});
          else [next[one], next[other]] = [lines[other] ?? {}, lines[one] ?? {}];
          return [header, ...next];
        });
        await requireRefused(mutant);
      }),
      { numRuns: 200, seed: SEED },
    );
  });

  it('is refused with any other value in any member of any line', async () => {
    const value = fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.constantFrom(0, -1, 1e15, '', 'AAAA', null, [], {}),
    );
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.nat(), value, async (line, member, other) => {
        const mutant = bundle.changed((lines) => {
          const at = line % lines.length;
          const names = Object.keys(lines[at] ?? {});
          const name = names[member % names.length] ?? '';
          return lines.map((one, index) => (index === at ? { ...one, [name]: other as never } : one));
        });
        await requireRefused(mutant);
      }),
      { numRuns: 600, seed: SEED },
    );
  });
});
