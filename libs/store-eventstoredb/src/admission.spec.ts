import { describe, expect, it } from '@jest/globals';
import { Admission } from './admission.js';
import { Interrupted } from './failures.js';

const SOON_MS = 30;
const LONG_MS = 60_000;

describe('admission', () => {
  it('lets so many in, and the next when one leaves, in the order in which they came', async () => {
    const admission = new Admission(2);
    const leaves = [await admission.enter(0, LONG_MS), await admission.enter(0, LONG_MS)];
    const entered: string[] = [];
    const third = admission.enter(0, LONG_MS).then(() => entered.push('third'));
    const fourth = admission.enter(0, LONG_MS).then(() => entered.push('fourth'));
    leaves.forEach((leave) => leave());
    await Promise.all([third, fourth]);
    expect(entered).toEqual(['third', 'fourth']);
  });

  it('counts bytes, and lets in alone what is larger than all the room', async () => {
    const admission = new Admission(10, 100);
    const leave = await admission.enter(500, LONG_MS);
    await expect(admission.enter(1, SOON_MS)).rejects.toBeInstanceOf(Interrupted);
    leave();
    await admission.enter(60, LONG_MS);
    await expect(admission.enter(60, SOON_MS)).rejects.toBeInstanceOf(Interrupted);
    await admission.enter(40, LONG_MS);
  });

  it('forgets those who gave up waiting, and lets in those behind them', async () => {
    const admission = new Admission(10, 100);
    await admission.enter(60, LONG_MS);
    const large = admission.enter(90, SOON_MS);
    const small = admission.enter(40, LONG_MS);
    await expect(large).rejects.toBeInstanceOf(Interrupted);
    await small;
  });
});
