import type { EffectiveEvent } from '@rapport/kernel';
import { withItem, type Bounded, type OpenEpisode } from './relationship-document.js';

/** Kinds that begin a case, or open it again. */
const OPENS = new Set([
  'InquiryReceived',
  'ComplaintReceived',
  'ComplaintDisputed',
  'SupportRequested',
  'SupportReopened',
  'NegotiationOpened',
  'DisputeOpened',
  'OpportunityOpened',
]);

/** Kinds that end a case. */
const CLOSES = new Set([
  'InquiryAnswered',
  'FitConfirmed',
  'ComplaintClosed',
  'SupportResolved',
  'ContractSigned',
  'NegotiationAbandoned',
  'DisputeSettled',
  'OpportunityWon',
  'OpportunityLost',
]);

/** The open cases of a relationship after one more touchpoint. A case is known by its episode. */
export function withEpisode(open: Bounded<OpenEpisode>, event: EffectiveEvent): Bounded<OpenEpisode> {
  const { episode, time } = event;
  if (episode === undefined) return open;
  const index = open.items.findIndex((one) => one.episode === episode);
  const known = open.items[index];
  if (CLOSES.has(event.kind.name))
    return known === undefined ? open : { items: open.items.toSpliced(index, 1), beyond: open.beyond };
  if (known !== undefined)
    return {
      items: open.items.with(index, { ...known, last: time, critical: known.critical || isCritical(event) }),
      beyond: open.beyond,
    };
  if (!OPENS.has(event.kind.name)) return open;
  return withItem(open, {
    episode,
    family: event.kind.family,
    since: time,
    last: time,
    critical: isCritical(event),
  });
}

const isCritical = (event: EffectiveEvent): boolean => event.data['severity'] === 'critical';
