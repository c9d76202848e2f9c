import { describe, it } from '@jest/globals';
import type { Touchpoint } from '@rapport/kernel';
import { lifecycleStories } from '@rapport/testing';
import { kinds } from '../registry.js';

const { given } = lifecycleStories(kinds);

const on = (name: string, day: number, prospect = 'c-2', episode?: string): Touchpoint => ({
  id: `${name}-${day}-${prospect}`,
  source: 'urn:example:crm',
  type: `rapport.referral.${name}.v1`,
  subject: 'relationship/c-1',
  time: `2026-03-0${day}T09:00:00.000Z`,
  ...(episode === undefined ? {} : { episode }),
  data: { prospect },
});

const made = on('ReferralMade', 1);
const converted = on('ReferralConverted', 5);
const rejected = on('ReferralRejected', 3);

describe('a referral', () => {
  it('goes from the word of the referrer to the sale', () => {
    given().when(made).thenAccepted({ stage: 'made', awaitsBeginning: false });
    given(made).when(on('ReferralAccepted', 2)).thenAccepted({ stage: 'accepted' });
    given(made).when(converted).thenAccepted({ stage: 'converted' });
    given(made).when(rejected).thenAccepted({ stage: 'rejected' });
  });

  it('that converts before it is known to be made awaits its beginning', () => {
    given().when(converted).thenAccepted({ stage: 'converted', awaitsBeginning: true });
    given(converted).when(made).thenAccepted({ stage: 'converted', awaitsBeginning: false });
  });

  it('of oneself is refused, and may be told as rejected for that reason', () => {
    for (const name of ['ReferralMade', 'ReferralAccepted', 'ReferralConverted'])
      given()
        .when(on(name, 1, 'c-1'))
        .thenRejected('REFERRAL_SELF');
    given()
      .when(on('ReferralRejected', 1, 'c-1'))
      .thenAccepted({ stage: 'rejected' });
  });

  it('that was rejected is neither taken up nor converted after that', () => {
    given(made, rejected).when(on('ReferralAccepted', 4)).thenRejected('REFERRAL_CLOSED');
    given(made, rejected).when(converted).thenRejected('REFERRAL_CLOSED');
    given(made, rejected).when(on('ReferralAccepted', 2)).thenAccepted({ stage: 'rejected' });
    given(made, rejected, on('ReferralMade', 4)).when(converted).thenAccepted({ stage: 'converted' });
  });

  it('is converted once, whatever the times', () => {
    given(made, converted).when(on('ReferralConverted', 7)).thenRejected('REFERRAL_CLOSED');
    given(made, converted).when(on('ReferralConverted', 2)).thenRejected('REFERRAL_CLOSED');
  });

  it('is one of its own for each prospect, also within one episode', () => {
    given(made, rejected, converted)
      .when(on('ReferralConverted', 6, 'c-3'))
      .thenAccepted({ stage: 'converted' });
    given(on('ReferralConverted', 2, 'c-2', 'fair'))
      .when(on('ReferralConverted', 3, 'c-3', 'fair'))
      .thenAccepted();
    given(on('ReferralConverted', 2, 'c-2', 'fair'))
      .when(on('ReferralConverted', 3, 'c-2', 'fair'))
      .thenRejected('REFERRAL_CLOSED');
  });
});
