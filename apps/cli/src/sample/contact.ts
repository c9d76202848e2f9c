import type { Channel } from '@rapport/kernel';
import type { Dice } from './dice.js';
import type { Actor, Fact } from './journal.js';

const STAFF_COUNT = 24;

/** The party came to the firm. */
export const inbound = (channel: Channel): Pick<Fact, 'channel' | 'direction' | 'by'> => ({
  channel,
  direction: 'inbound',
  by: 'party',
});

/** The firm went to the party. */
export const outbound = (channel: Channel, by: Actor): Pick<Fact, 'channel' | 'direction' | 'by'> => ({
  channel,
  direction: 'outbound',
  by,
});

/** Somebody of the firm's staff. */
export const clerk = (dice: Dice): Actor => `staff-${String(dice.between(1, STAFF_COUNT)).padStart(2, '0')}`;
