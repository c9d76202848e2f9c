import { describe, expect, it } from '@jest/globals';
import type { Costs } from './costs.js';
import { limitsOf, loadOf } from './model.js';
import { simulateDay } from './simulate.js';

const costs: Costs = {
  events: 1_000,
  relationships: 50,
  bodyBytes: 300,
  ledgerBytes: 500,
  keyBytesPerRelationship: 100,
  recordedAndViewedMicros: 100,
  allViewsMicros: 36,
  verifiedMicros: 72,
  rfmMicrosPerRelationship: 10,
  historyBytes: 20,
  views: [
    { view: 'a', micros: 20, bytes: 60 },
    { view: 'b', micros: 10, bytes: 40 },
  ],
};

describe('the model of a large ledger', () => {
  it('multiplies what was measured, and adds nothing', () => {
    const load = loadOf(costs, { relationships: 1e6, eventsPerRelationship: 20, years: 2 });
    expect(load).toMatchObject({ events: 2e7, ledgerBytes: 1e10, viewsBytes: 2.4e9, keysBytes: 1e8 });
    expect(load.rebuildHours).toBeCloseTo(0.2);
    expect(load.verifyHours).toBeCloseTo(0.4);
    expect(load.rfmSeconds).toBeCloseTo(10);
    expect(load.coreShare).toBeCloseTo(load.eventsPerSecond * 1e-4);
  });

  it('names the lowest limit first, and each is just kept at its size', () => {
    const firm = { eventsPerRelationship: 20, years: 2 };
    const within = { rebuildHours: 24, verifyHours: 24, bytes: 4e12, coreShare: 0.5, rfmSeconds: 60 };
    const limits = limitsOf(costs, firm, within);
    const sizes = limits.map(({ relationships }) => relationships);
    expect(sizes).toEqual(sizes.toSorted((a, b) => a - b));
    const at = (what: string) => {
      const { relationships = 0 } = limits.find((limit) => limit.what.startsWith(what)) ?? {};
      return loadOf(costs, { ...firm, relationships });
    };
    expect(at('all views').rebuildHours).toBeCloseTo(24);
    expect(at('an analysis').rfmSeconds).toBeCloseTo(60);
    expect(at('what arrives').coreShare).toBeCloseTo(0.5);
  });
});

describe('a simulated day', () => {
  const day = { eventsPerSecond: 100, peakFactor: 2, campaignFactor: 10 };

  it('leaves nobody waiting where the projector is faster than the worst second', () => {
    expect(simulateDay(day, 1_300)).toEqual({ eventsMax: 0, secondsMax: 0, behindSeconds: 0 });
  });

  it('piles up for the campaign, and takes as long as that has work beyond what the projector can', () => {
    const { eventsMax, secondsMax, behindSeconds } = simulateDay(day, 600);
    expect(eventsMax).toBeGreaterThan(3_600 * (1_000 - 600));
    expect(eventsMax).toBeLessThan(3_600 * (1_200 - 600));
    expect(secondsMax).toBeCloseTo(eventsMax / 600, 0);
    expect(behindSeconds).toBeGreaterThan(3_600);
  });

  it('never catches up within the day where less can be done than arrives', () => {
    const { eventsMax } = simulateDay({ ...day, campaignFactor: 0 }, 50);
    expect(eventsMax).toBeGreaterThan(0.9 * 50 * 86_400);
  });
});
