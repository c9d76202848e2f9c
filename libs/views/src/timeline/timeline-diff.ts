import {
  canonicalJson,
  compareTimeOrder,
  partiesOf,
  type Answer,
  type Bounds,
  type EffectiveEvent,
  type Json,
  type ViewReader,
} from '@rapport/kernel';
import { timeline } from './timeline.view.js';

/** A touchpoint named in a difference. */
export interface TouchpointRef {
  readonly time: string;
  readonly source: string;
  readonly id: string;
  readonly subject: string;
  readonly position: string;
  readonly recordedat: string;
  readonly kind: string;
  readonly headline: string;
}

/** How one touchpoint differs between two pairs of bounds. */
export type TimelineChange = {
  /**
   * `happened`: it lies after the first asOf. `learned`: it had happened by then, but the ledger did not know, or had it
   * as void. `corrected`: both know it, and it says something else. `voided`: the second has it as void, or did not know
   * it yet. `undone`: it lies after the second asOf. `merged`, `unmerged`: it came or went because another party came to
   * stand for the same one, or ceased to.
   */
  readonly change: 'happened' | 'learned' | 'corrected' | 'voided' | 'undone' | 'merged' | 'unmerged';
  readonly before?: TouchpointRef;
  readonly after?: TouchpointRef;
};

/** What two (asOf, knownAt) pairs say differently of a party. */
export interface TimelineDiff {
  readonly party: string;
  readonly first: { readonly asOf: string | null; readonly knownAt: string | null };
  readonly second: { readonly asOf: string | null; readonly knownAt: string | null };
  readonly unchanged: number;
  /** In the touchpoints' own time. */
  readonly changes: readonly TimelineChange[];
}

/**
 * What was learned, corrected, voided, merged or unmerged between two pairs of bounds.
 * @example await timelineDiff(ledger, 'c-1', { knownAt: 100n }, {})
 */
export async function timelineDiff(
  reader: ViewReader,
  party: string,
  first: Bounds,
  second: Bounds,
): Promise<Answer<TimelineDiff>> {
  const [before, after] = await Promise.all([sideOf(reader, party, first), sideOf(reader, party, second)]);
  const changes: TimelineChange[] = [];
  let unchanged = 0;
  for (const [identity, event] of after.events) {
    const old = before.events.get(identity);
    if (old === undefined)
      changes.push({
        change: await reasonFor(reader, event, first, before.party, 'came'),
        after: refOf(event),
      });
    else if (contentOf(old) === contentOf(event)) unchanged++;
    else changes.push({ change: 'corrected', before: refOf(old), after: refOf(event) });
  }
  for (const [identity, event] of before.events) {
    if (!after.events.has(identity))
      changes.push({
        change: await reasonFor(reader, event, second, after.party, 'went'),
        before: refOf(event),
      });
  }
  changes.sort((a, b) => comparePlaces(placeOf(a), placeOf(b)));
  return {
    ...after.answer,
    view: 'timeline',
    value: { party: after.party, first: boundsJson(first), second: boundsJson(second), unchanged, changes },
  };
}

interface Side {
  readonly party: string;
  readonly events: ReadonlyMap<string, EffectiveEvent>;
  readonly answer: Answer<unknown>;
}

async function sideOf(reader: ViewReader, party: string, bounds: Bounds): Promise<Side> {
  const canonical = await reader.canonical(party, bounds);
  const answer = await reader.history(canonical, bounds);
  // Corrections and voids show in what they change.
  const shown = answer.value.filter((event) => timeline.handles.includes(event.type));
  return { party: canonical, answer, events: new Map(shown.map((event) => [event.eventId, event])) };
}

/** Why a touchpoint stands on one side only; `other` are the bounds of the side that lacks it. */
async function reasonFor(
  reader: ViewReader,
  event: EffectiveEvent,
  other: Bounds,
  otherParty: string,
  way: 'came' | 'went',
): Promise<TimelineChange['change']> {
  if (other.asOf !== undefined && event.time > other.asOf) return way === 'came' ? 'happened' : 'undone';
  const unknownThere = other.knownAt !== undefined && event.position > other.knownAt;
  if (!unknownThere && !(await namesThere(reader, event, other, otherParty)))
    return way === 'came' ? 'merged' : 'unmerged';
  return way === 'came' ? 'learned' : 'voided';
}

/** Whether the touchpoint would be on the party's timeline under these bounds, if it counted there. */
async function namesThere(
  reader: ViewReader,
  event: EffectiveEvent,
  bounds: Bounds,
  party: string,
): Promise<boolean> {
  for (const named of partiesOf(event.kind, event))
    if ((await reader.canonical(named, bounds)) === party) return true;
  return false;
}

/** What a correction can change. */
function contentOf({ time, type, channel, direction, episode, data, correctedBy }: EffectiveEvent): string {
  const content: Json = [
    time,
    type,
    channel ?? null,
    direction ?? null,
    episode ?? null,
    data,
    correctedBy === undefined ? null : [correctedBy.source, correctedBy.id],
  ];
  return canonicalJson(content);
}

const refOf = (event: EffectiveEvent): TouchpointRef => ({
  time: event.time,
  source: event.source,
  id: event.id,
  subject: event.subject,
  position: event.position.toString(),
  recordedat: event.recordedat,
  kind: event.kind.name,
  headline: event.kind.headline(event),
});

const boundsJson = ({ asOf, knownAt }: Bounds): TimelineDiff['first'] => ({
  asOf: asOf ?? null,
  knownAt: knownAt?.toString() ?? null,
});
const placeOf = (change: TimelineChange): TouchpointRef | undefined => change.after ?? change.before;

function comparePlaces(a: TouchpointRef | undefined, b: TouchpointRef | undefined): number {
  return a === undefined || b === undefined ? 0 : compareTimeOrder(a, b);
}
