import { describe, expect, it } from '@jest/globals';
import type { Json } from '@rapport/kernel';
import { mutatedPayloads, validPayloads } from '@rapport/testing';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import fc from 'fast-check';
import type { DefinedKind } from './define-kind.js';
import { definedKinds } from './registry.js';

/** What the payload class itself says, by class-validator: the reference that the compiled schema must agree with. */
function classAccepts(kind: DefinedKind, data: Json): boolean {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return false;
  const errors = validateSync(plainToInstance(kind.payload, data), {
    whitelist: true,
    forbidNonWhitelisted: true,
  });
  return errors.length === 0 && kind.check(data as Parameters<typeof kind.check>[0]) === undefined;
}

function frozen(value: Json): Json {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(frozen);
  return value;
}

describe.each(definedKinds.map((kind) => [kind.name, kind] as const))(
  'the class and the compiled schema of %s',
  (_name, kind) => {
    it('agree on what is valid', () => {
      fc.assert(
        fc.property(validPayloads(kind.schema), (data) => {
          expect(kind.validate(frozen(data)).ok).toBe(classAccepts(kind, data));
        }),
        { numRuns: 20 },
      );
    });

    it('agree on payloads with something changed', () => {
      let refused = 0;
      fc.assert(
        fc.property(mutatedPayloads(kind.schema), (data) => {
          const validated = kind.validate(frozen(data));
          if (!validated.ok) refused++;
          expect(validated.ok).toBe(classAccepts(kind, data));
          expect(validated.ok ? validated.value : data).toBe(data);
        }),
        { numRuns: 100 },
      );
      expect(refused).toBeGreaterThan(20);
    });
  },
);

describe('the compiled schema', () => {
  // class-validator's whitelist lets some of these pass, since it looks for them in a plain object.
  it.each(['hasOwnProperty', 'toString', 'valueOf', 'isPrototypeOf'])(
    'refuses an unknown member named %s',
    (name) => {
      for (const kind of definedKinds)
        expect(kind.validate({ ...kind.example.data, [name]: 1 }).ok).toBe(false);
    },
  );
});
