import { describe, expect, it } from '@jest/globals';
import { canonicalJson, type EffectiveEvent, type Json } from '@rapport/kernel';
import { ReferenceViews } from '@rapport/testing';
import { kinds } from '@rapport/touchpoints';
import fc from 'fast-check';
import { analyses, views } from './index.js';

const PARTIES = ['c-1', 'c-2', '__proto__', 'constructor'];

/** Histories made of the examples of all kinds, under a few parties and times. */
const histories = fc
  .array(
    fc.tuple(fc.constantFrom(...kinds.all), fc.constantFrom(...PARTIES), fc.integer({ min: 0, max: 40 })),
    { maxLength: 40 },
  )
  .map((steps): readonly EffectiveEvent[] => {
    const reader = new ReferenceViews(kinds, views);
    reader.record(
      ...steps.map(([kind, party, day], index) => ({
        ...kind.example,
        subject: kind.example.subject.startsWith('relationship/')
          ? `relationship/${party}`
          : kind.example.subject,
        id: `e-${index}`,
        time: new Date(Date.UTC(2026, 0, 1 + day)).toISOString(),
      })),
    );
    return reader.effective();
  });

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const member of Object.values(value)) frozen(member);
  }
  return value;
}

function integersOnly(value: Json): boolean {
  if (typeof value === 'number') return Number.isSafeInteger(value);
  return typeof value !== 'object' || value === null || Object.values(value).every(integersOnly);
}

describe.each(views.map((view) => [view.name, view] as const))('the view %s', (_name, view) => {
  it('handles kinds that exist, each once', () => {
    expect(new Set(view.handles).size).toBe(view.handles.length);
    for (const type of view.handles) expect(kinds.get(type)).toBeDefined();
  });

  it('leaves events unchanged and gives plain JSON of whole numbers', () => {
    fc.assert(
      fc.property(histories, (events) => {
        const documents = new Map<string, Json>();
        for (const event of events.filter((one) => view.handles.includes(one.type))) {
          frozen(event.data);
          const keys = view.keys(event);
          expect(new Set(keys).size).toBe(keys.length);
          for (const key of keys) {
            if (event.subject.startsWith('relationship/')) expect(event.parties).toContain(key);
            const told =
              view.shape === 'entries'
                ? view.entry(event, key)
                : view.shape === 'tally'
                  ? view.tally(event, key)
                  : view.evolve(
                      structuredClone(documents.get(key) ?? view.initial(key)) as never,
                      event,
                      key,
                    );
            if (view.shape === 'fold') documents.set(key, frozen(structuredClone(told)));
            expect(JSON.parse(canonicalJson(told))).toEqual(told);
            // Rules are kept as they were published.
            if (view.name !== 'scoring-rules') expect(integersOnly(told)).toBe(true);
          }
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('the registries', () => {
  it('name views and analyses once, each with a question and a version', () => {
    const all = [...views, ...analyses];
    expect(new Set(all.map((one) => one.name)).size).toBe(all.length);
    for (const one of all)
      expect([one.description.endsWith('?'), one.version >= 1, /^[a-z][a-z0-9-]*$/.test(one.name)]).toEqual([
        true,
        true,
        true,
      ]);
  });

  it('refuse parameters that an analysis does not take', () => {
    for (const one of analyses) expect(() => one.parameters({ nonsense: '1' })).toThrow('nonsense');
  });
});
