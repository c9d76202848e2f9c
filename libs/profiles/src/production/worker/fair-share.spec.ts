import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { changeFor } from './fair-share.js';

const none: ReadonlySet<string> = new Set();
const worker = (owner: string, holds: readonly string[] = [], looksAfter?: readonly string[]) => ({
  owner,
  beats: 1,
  holds,
  ...(looksAfter === undefined ? {} : { looksAfter }),
});

describe('a worker', () => {
  it('that is alone takes everything', () => {
    const tenants = ['a', 'b', 'c'];
    const workers = [worker('w1')];
    expect(changeFor({ owner: 'w1', tenants, holds: none, workers, orphans: none })).toEqual({
      take: tenants,
      takeMax: 3,
      release: [],
    });
  });

  it('gives back what is more than its share when another one comes, and takes none of what the other holds', () => {
    const tenants = ['a', 'b', 'c', 'd'];
    const workers = [worker('w1', tenants), worker('w2')];
    const first = changeFor({ owner: 'w1', tenants, holds: new Set(tenants), workers, orphans: none });
    expect(first).toMatchObject({ release: ['c', 'd'], take: [] });
    const second = changeFor({ owner: 'w2', tenants, holds: none, workers, orphans: none });
    expect(second).toMatchObject({ take: [], takeMax: 2 });
  });

  it('gives back a tenant that it is not to look after any more', () => {
    const workers = [worker('w1', ['a', 'gone'])];
    const holds = new Set(['a', 'gone']);
    expect(changeFor({ owner: 'w1', tenants: ['a'], holds, workers, orphans: none }).release).toEqual([
      'gone',
    ]);
  });

  it('takes what nobody has held for long, also beyond its share', () => {
    const workers = [worker('w1', ['a']), worker('w2', [])];
    const situation = { owner: 'w1', tenants: ['a', 'b'], holds: new Set(['a']), workers };
    expect(changeFor({ ...situation, orphans: none }).takeMax).toBe(0);
    expect(changeFor({ ...situation, orphans: new Set(['b']) })).toMatchObject({ take: ['b'], takeMax: 1 });
  });

  it('does not count workers that look after other tenants', () => {
    const workers = [worker('w1'), worker('w2', [], ['elsewhere'])];
    expect(changeFor({ owner: 'w1', tenants: ['a', 'b'], holds: none, workers, orphans: none }).takeMax).toBe(
      2,
    );
  });
});

describe('any number of workers', () => {
  it('come to hold every tenant once, evenly, whoever comes and goes', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 30 }),
        fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 6 }),
        (count, numbers) => {
          const tenants = Array.from({ length: count }, (_, at) => `t${String(at).padStart(2, '0')}`);
          const holds = new Map<string, Set<string>>();
          for (const number of numbers) {
            const owners = Array.from({ length: number }, (_, at) => `w${at}`);
            for (const gone of [...holds.keys()].filter((owner) => !owners.includes(owner)))
              holds.delete(gone);
            for (const owner of owners) if (!holds.has(owner)) holds.set(owner, new Set());
            for (let round = 0; round < 3; round++) for (const owner of owners) turn(owner, tenants, holds);
            const sizes = owners.map((owner) => holds.get(owner)?.size ?? 0);
            expect(owners.flatMap((owner) => [...(holds.get(owner) ?? [])]).sort()).toEqual(tenants);
            expect(Math.max(...sizes)).toBeLessThanOrEqual(Math.ceil(count / number));
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});

/** One decision of one worker, carried out at once: the leases let it take what nobody holds. */
function turn(owner: string, tenants: readonly string[], all: Map<string, Set<string>>): void {
  const workers = [...all].map(([name, held]) => worker(name, [...held]));
  const holds = all.get(owner) ?? new Set<string>();
  const { take, takeMax, release } = changeFor({ owner, tenants, holds, workers, orphans: none });
  for (const tenant of release) holds.delete(tenant);
  for (const tenant of take.slice(0, Math.max(0, takeMax))) holds.add(tenant);
}
