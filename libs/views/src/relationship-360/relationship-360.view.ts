import { dayNumber, defineFold, partyOfSubject, type EffectiveEvent, type Json } from '@rapport/kernel';
import { factKinds } from '../kind-types.js';
import { withDay } from './cadence.js';
import { withEpisode } from './open-episodes.js';
import {
  emptyRelationship,
  withItem,
  withLatest,
  type Bounded,
  type Cause,
  type Draft,
  type Known,
  type RelationshipDocument,
} from './relationship-document.js';
import { stageAfter } from './stage-rules.js';

function evolve(doc: Draft, event: EffectiveEvent, key: string): RelationshipDocument {
  if (event.parties[0] !== key || partyOfSubject(event.subject) === undefined)
    return namedBy(doc, event, key);
  const cause: Cause = { time: event.time, source: event.source, id: event.id, kind: event.kind.name };
  const day = dayNumber(event.time);
  const isSale = event.kind.name === 'SaleCompleted';
  const saleDays = isSale ? withDay(doc.saleDays, day) : doc.saleDays;
  const stage = stageAfter(doc, event.kind.name, day, saleDays);
  if (stage !== doc.stage || doc.touchpoints === 0)
    doc.stageChanges = withLatest(doc.stageChanges, { stage, cause });
  doc.stage = stage;
  doc.saleDays = saleDays;
  countContact(doc, event, cause, day);
  if (isSale) countSale(doc, event, cause);
  doc.bonds += BONDS[event.kind.name] ?? 0;
  doc.episodes = withEpisode(doc.episodes, event);
  learn(doc, event, cause);
  return doc;
}

const BONDS: Readonly<Record<string, number>> = {
  ContractSigned: 1,
  SubscriptionStarted: 1,
  ContractTerminated: -1,
  SubscriptionCancelled: -1,
};

/** Another stream names this party: a person registered as part of it, a referral of it … */
function namedBy(next: Draft, event: EffectiveEvent, key: string): RelationshipDocument {
  next.named++;
  if (event.kind.name === 'PartyRegistered' && partyIn(event, 'partOf') === key) next.members++;
  return next;
}

function countContact(next: Draft, event: EffectiveEvent, cause: Cause, day: number): void {
  next.touchpoints++;
  next.first ??= cause;
  if (event.kind.family !== 'sale') next.nonSale++;
  if (event.direction === 'inbound') {
    next.inbound++;
    next.lastInbound = cause;
  }
  if (event.direction === 'outbound') {
    next.outbound++;
    next.lastOutbound = cause;
  }
  if (event.direction !== undefined || event.kind.name === 'SaleCompleted')
    next.contactDays = withDay(next.contactDays, day);
}

function countSale(next: Draft, event: EffectiveEvent, cause: Cause): void {
  next.sales++;
  next.lastSale = cause;
  const lines = event.data['lines'];
  if (!Array.isArray(lines)) return;
  for (const line of lines as readonly { readonly sku?: Json }[]) {
    if (typeof line.sku === 'string' && !next.productLines.items.includes(line.sku))
      next.productLines = withItem(next.productLines, line.sku);
  }
}

/** What the touchpoint lets us know; values stay in the event, many of them personal. */
function learn(next: Draft, event: EffectiveEvent, cause: Cause): void {
  switch (event.kind.name) {
    case 'PartyRegistered':
      return register(next, event, cause);
    case 'RelationshipOpened':
      assign(next, 'mode', textIn(event, 'mode'));
      return addRole(next, event, cause);
    case 'RoleAdded':
      return addRole(next, event, cause);
    case 'PartyIdentified':
      next.facts = withKnown(next.facts, `identity:${textIn(event, 'idType') ?? ''}`, cause);
      return;
    case 'AttributeObserved':
      next.facts = withKnown(next.facts, `attribute:${textIn(event, 'name') ?? ''}`, cause);
      return;
    case 'PreferenceExpressed':
      next.facts = withKnown(next.facts, `preference:${textIn(event, 'about') ?? ''}`, cause);
      return;
    case 'NeedDiscovered':
      next.facts = withKnown(next.facts, `need:${textIn(event, 'need') ?? ''}`, cause);
      return;
    case 'ConsentGranted':
    case 'ConsentWithdrawn':
      next.consents = withConsent(
        next.consents,
        textIn(event, 'purpose') ?? '',
        event.kind.name === 'ConsentGranted',
        cause,
      );
      return;
  }
}

function register(next: Draft, event: EffectiveEvent, cause: Cause): void {
  next.registered ??= cause;
  const partOf = partyIn(event, 'partOf');
  assign(next, 'partyKind', textIn(event, 'kind'));
  assign(next, 'sector', textIn(event, 'sector'));
  assign(next, 'country', textIn(event, 'country'));
  assign(next, 'partOf', partOf);
  for (const name of ['kind', 'sector', 'country', 'partOf'])
    if (event.data[name] !== undefined) next.facts = withKnown(next.facts, name, cause);
}

function assign(
  next: Draft,
  member: 'partyKind' | 'sector' | 'country' | 'partOf' | 'mode',
  value: string | undefined,
): void {
  if (value !== undefined) next[member] = value;
}

function addRole(next: Draft, event: EffectiveEvent, cause: Cause): void {
  const role = textIn(event, 'role');
  if (role !== undefined) next.roles = withKnown(next.roles, role, cause);
}

/** A fact is known since the first touchpoint that told it. */
function withKnown(list: Bounded<Known>, name: string, cause: Cause): Bounded<Known> {
  return list.items.some((one) => one.name === name) ? list : withItem(list, { name, cause });
}

function withConsent(
  list: RelationshipDocument['consents'],
  name: string,
  granted: boolean,
  cause: Cause,
): RelationshipDocument['consents'] {
  const index = list.items.findIndex((one) => one.name === name);
  if (index === -1) return withItem(list, { name, cause, granted });
  return list.items[index]?.granted === granted
    ? list
    : { items: list.items.with(index, { name, cause, granted }), beyond: list.beyond };
}

function textIn(event: EffectiveEvent, member: string): string | undefined {
  const value = event.data[member];
  return typeof value === 'string' ? value : undefined;
}

function partyIn(event: EffectiveEvent, member: string): string | undefined {
  const value = textIn(event, member);
  return value === undefined ? undefined : event.canonical(value);
}

/** One document a party, bounded: lists hold at most `LIST_MAX` items and count what did not fit. */
export const relationship360 = defineFold<RelationshipDocument>({
  name: 'relationship-360',
  version: 1,
  description: 'Who is this party to us, how far is the relationship, and what is open?',
  handles: factKinds,
  keys: (event) => event.parties,
  initial: emptyRelationship,
  evolve,
  indexes: [
    { name: 'stage', type: 'text', of: (doc) => doc.stage },
    { name: 'lastContactDay', type: 'integer', of: (doc) => doc.contactDays.lastDay ?? undefined },
    { name: 'lastSaleDay', type: 'integer', of: (doc) => doc.saleDays.lastDay ?? undefined },
    { name: 'sales', type: 'integer', of: (doc) => doc.sales },
    { name: 'openEpisodes', type: 'integer', of: (doc) => doc.episodes.items.length + doc.episodes.beyond },
    { name: 'country', type: 'text', of: (doc) => doc.country ?? undefined },
    { name: 'sector', type: 'text', of: (doc) => doc.sector ?? undefined },
    { name: 'partyKind', type: 'text', of: (doc) => doc.partyKind ?? undefined },
    { name: 'partOf', type: 'text', of: (doc) => doc.partOf ?? undefined },
  ],
});
