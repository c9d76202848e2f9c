import { parseBound, RapportError, valueOf, type Bounds, type ViewReader } from '@rapport/kernel';
import type { Asked, Question } from '@rapport/ledger';
import { loyaltyScore, referralMetrics, timelinePage, views, whyLoyaltyScore } from '@rapport/views';

/** How a question is asked: its parameters are texts, so that they stand in a bundle as they were given. */
interface Asking {
  readonly required: readonly string[];
  readonly optional: readonly string[];
  readonly ask: (parameters: Parameters, reader: ViewReader, knownAt: bigint) => Promise<Asked>;
}

type Parameters = Readonly<Record<string, string>>;

/**
 * What can be proven. A question asks for everything by parameters: nothing is taken from the clock or the caller, or two
 * who ask would not be answered alike.
 */
const QUESTIONS: Readonly<Record<string, Asking>> = {
  /** A page of what happened with a party. */
  timeline: {
    required: ['party'],
    optional: ['asOf', 'countMax', 'after', 'order'],
    ask: async ({ party = '', after, order, ...more }, reader, knownAt) => {
      const countMax = wholeIn(more, 'countMax', 1_000);
      const query = {
        ...(countMax === undefined ? {} : { countMax }),
        ...(after === undefined ? {} : { after }),
        ...(order === undefined ? {} : { order: orderIn(order) }),
      };
      const answer = await timelinePage(reader, party, query, boundsIn(more, knownAt));
      return { view: nameOf(answer), answer };
    },
  },
  /** A score at the end of a day, and the touchpoints that give it. */
  loyalty: {
    required: ['party', 'day'],
    optional: ['rules'],
    ask: async ({ party = '', day = '', ...more }, reader, knownAt) => {
      const rules = wholeIn(more, 'rules', 1_000_000);
      const query = { day, knownAt, ...(rules === undefined ? {} : { rules }) };
      const score = await loyaltyScore(reader, party, query);
      const why = await whyLoyaltyScore(reader, party, query);
      return { view: nameOf(score), answer: { score, why } };
    },
  },
  /** What the subtree of a party amounts to. */
  referrals: {
    required: ['party'],
    optional: ['asOf'],
    ask: async ({ party = '', ...more }, reader, knownAt) => {
      const answer = await referralMetrics(reader, party, {}, boundsIn(more, knownAt));
      return { view: nameOf(answer), answer };
    },
  },
  /** A document of a view, or all entries of a key. */
  document: {
    required: ['view', 'key'],
    optional: ['asOf'],
    ask: async ({ view = '', key = '', ...more }, reader, knownAt) => {
      const bounds = boundsIn(more, knownAt);
      const isList = views.some((one) => one.name === view && one.shape === 'entries');
      const answer = isList
        ? await reader.allEntries(view, key, bounds)
        : await reader.document(view, key, bounds);
      return { view: nameOf(answer), answer };
    },
  },
};

/**
 * Asks one of the questions that can be proven: `timeline`, `loyalty`, `referrals`, `document`.
 * @throws RapportError `INVALID_QUERY` for another one, or parameters that it does not take; and as the queries do
 */
export async function ask(
  { name, parameters }: Question,
  reader: ViewReader,
  knownAt: bigint,
): Promise<Asked> {
  const question = Object.hasOwn(QUESTIONS, name) ? QUESTIONS[name] : undefined;
  if (question === undefined)
    throw new RapportError(
      'INVALID_QUERY',
      `There is no such question: those that can be proven are ${Object.keys(QUESTIONS).join(', ')}.`,
    );
  const { required, optional } = question;
  const given = Object.keys(parameters);
  const missing = required.find((one) => !given.includes(one));
  const odd = given.find((one) => !required.includes(one) && !optional.includes(one));
  if (missing !== undefined || odd !== undefined)
    throw new RapportError(
      'INVALID_QUERY',
      `The question ${name} takes ${required.join(', ')}, and may take ${optional.join(', ')}.`,
    );
  return question.ask(parameters, reader, knownAt);
}

const nameOf = ({ view, version }: { readonly view: string; readonly version: number }): Asked['view'] => ({
  name: view,
  version,
});

const boundsIn = ({ asOf }: Parameters, knownAt: bigint): Bounds =>
  asOf === undefined ? { knownAt } : { asOf: valueOf(parseBound(asOf, 'asOf')), knownAt };

function wholeIn(parameters: Parameters, name: string, max: number): number | undefined {
  const text = parameters[name];
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^[1-9]\d{0,6}$/.test(text) && value <= max) return value;
  throw new RapportError('INVALID_QUERY', `${name} is a whole number from 1 to ${max}.`);
}

function orderIn(text: string): 'newestFirst' | 'oldestFirst' {
  if (text === 'newestFirst' || text === 'oldestFirst') return text;
  throw new RapportError('INVALID_QUERY', 'order is newestFirst or oldestFirst.');
}
