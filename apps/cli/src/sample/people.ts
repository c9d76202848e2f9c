import type { Channel } from '@rapport/kernel';
import { during, FIRST_DAY, type Instant } from './calendar.js';
import { Dice } from './dice.js';
import type { Currency } from './goods.js';
import { firmName, personName } from './names.js';
import { sampleHighlights } from './sample-highlights.js';
import { temperamentOf, type Temperament } from './temperament.js';
import type { Language } from './texts/phrases.js';

/** A party of the sample. */
export interface SampleParty {
  readonly id: string;
  readonly name: string;
  readonly country: string;
  readonly language: Language;
  readonly currency: Currency;
  /** How it likes to be in touch. */
  readonly channel: Channel;
  readonly joinedAt: Instant;
}

/** A person who buys for a household. */
export interface Consumer extends SampleParty {
  readonly temperament: Temperament;
  /** The consumer who brought this one. */
  readonly referredBy: Consumer | undefined;
}

/** A firm that buys, or sells to us, with the people we know there. */
export interface Organisation extends SampleParty {
  readonly sector: string;
  readonly people: readonly SampleParty[];
}

const MARKETS = [
  { country: 'DE', language: 'de', currency: 'EUR' },
  { country: 'GB', language: 'en', currency: 'GBP' },
  { country: 'FR', language: 'fr', currency: 'EUR' },
  { country: 'IT', language: 'it', currency: 'EUR' },
  { country: 'ES', language: 'es', currency: 'EUR' },
  { country: 'PL', language: 'pl', currency: 'PLN' },
  { country: 'JP', language: 'ja', currency: 'JPY' },
  { country: 'NL', language: 'nl', currency: 'EUR' },
  { country: 'AT', language: 'de', currency: 'EUR' },
  { country: 'IE', language: 'en', currency: 'EUR' },
] as const satisfies readonly Pick<SampleParty, 'country' | 'language' | 'currency'>[];

const CHANNELS_LIKED = [
  'internet',
  'internet',
  'mobile',
  'email',
  'callCentre',
  'inPerson',
  'social',
  'video',
] as const;
const SECTORS = ['hospitality', 'offices', 'bakery', 'health', 'education', 'retail'] as const;

const CONSUMER_COUNT = 460;
/** Those who were customers before the sample's three years begin; they register in its first two months. */
const FOUNDING_COUNT = 170;
const ORGANISATION_COUNT = 72;

const SHOWN = new Set<string>([sampleHighlights.complaint.party, sampleHighlights.referrer.party]);
/** The consumer brought by the customer whose complaint ended well. */
const BROUGHT_AFTER_COMPLAINT = 430;

const numbered = (prefix: string, number: number, digits: number): string =>
  `${prefix}-${String(number).padStart(digits, '0')}`;

function partyOf(dice: Dice, id: string, name: string, day: number): SampleParty {
  return { id, name, ...dice.pick(MARKETS), channel: dice.pick(CHANNELS_LIKED), joinedAt: during(dice, day) };
}

/** Spreads the numbers 0 … count − 1 over the sample's three years: many at its start, then ever more, evenly. */
function joinDay(number: number, count: number, founding: number): number {
  if (number < founding) return FIRST_DAY + Math.floor((number * 60) / founding);
  return FIRST_DAY + 60 + Math.floor(((number - founding) * 960) / (count - founding));
}

/** The people who buy for themselves, in the order in which they became known; referred ones know who brought them. */
export function consumers(): readonly Consumer[] {
  const all: Consumer[] = [];
  for (let number = 0; number < CONSUMER_COUNT; number++) {
    const id = numbered('c', number + 1, 4);
    const dice = new Dice(`${id} person`);
    const party = partyOf(dice, id, personName(dice), joinDay(number, CONSUMER_COUNT, FOUNDING_COUNT));
    all.push({
      ...party,
      temperament: temperamentOf(dice, SHOWN.has(id)),
      referredBy: referrerOf(dice, all, number),
    });
  }
  return all;
}

/** The first consumer, who is good at it, brings one in eight; the others are brought by anybody who came well before. */
function referrerOf(dice: Dice, known: readonly Consumer[], number: number): Consumer | undefined {
  if (number === BROUGHT_AFTER_COMPLAINT)
    return known.find(({ id }) => id === sampleHighlights.complaint.party);
  if (number < FOUNDING_COUNT || !dice.percent(46)) return undefined;
  if (dice.percent(12)) return known[0];
  // Whoever came by word of mouth passes it on: so the forest grows in depth.
  const wellKnown = known.slice(0, number - 20);
  const brought = wellKnown.filter((one) => one.referredBy !== undefined);
  const referrer =
    brought.length > 0 && dice.percent(60)
      ? brought[dice.below(brought.length)]
      : wellKnown[dice.below(wellKnown.length)];
  return referrer?.temperament.talksPercent === 0 ? undefined : referrer;
}

/** The firms that buy from us. */
export function organisations(): readonly Organisation[] {
  return Array.from({ length: ORGANISATION_COUNT }, (_, number) =>
    organisation(numbered('o', number + 1, 3), joinDay(number, ORGANISATION_COUNT, 24), 3),
  );
}

/** Those we buy from, and those who sell for us or bring us together with others. */
export function partners(): Readonly<
  Record<'suppliers' | 'distributors' | 'intermediaries', readonly Organisation[]>
> {
  const some = (prefix: string, count: number): readonly Organisation[] =>
    Array.from({ length: count }, (_, number) =>
      organisation(numbered(prefix, number + 1, 3), FIRST_DAY + number * 9, 2),
    );
  return { suppliers: some('s', 14), distributors: some('d', 9), intermediaries: some('i', 7) };
}

function organisation(id: string, day: number, peopleMax: number): Organisation {
  const dice = new Dice(`${id} organisation`);
  const firm = partyOf(dice, id, firmName(dice), day);
  const people = Array.from({ length: dice.between(1, peopleMax) }, (_, number): SampleParty => ({
    ...firm,
    id: `${id}-p${number + 1}`,
    name: personName(dice),
    channel: dice.pick(['email', 'callCentre', 'video', 'inPerson', 'extranet']),
    joinedAt: during(dice, day + 1 + number),
  }));
  return { ...firm, channel: 'extranet', sector: dice.pick(SECTORS), people };
}
