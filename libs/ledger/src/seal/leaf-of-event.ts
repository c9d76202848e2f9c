import { eventIdOf } from '@rapport/kernel';
import { digestOfParts, type SealedParts } from '@rapport/privacy';
import { digestText, type LeafToWrite } from '@rapport/proof';
import type { EventToSeal } from '../ports/index.js';
import { headOfBody, recordedText } from '../record/event-body.js';

/** What a leaf takes from the body of an event. */
interface LeafFacts {
  readonly source: string;
  readonly time: string;
  readonly actorkind?: string;
  readonly actorid?: string;
  readonly correctsid?: string;
  readonly correctssource?: string;
  readonly sealed?: readonly SealedParts[];
}

/**
 * The leaf of an event: its addresses, and commitments to everything that is stored of it. Two ledgers that hold the same
 * event with the same salt after the same history give it the same leaf.
 *
 * `actor` is `<actorkind>/<actorid>`, without what is not known of the two. `corrects` is the id of the event
 * that is corrected or voided, whether or not the stream holds it already.
 * @param salt the random bytes stored with the event
 * @param previous the hash of the leaf before it in its stream; null for revision 0
 * @example formatLeaf(leafOf('main', event, event.salt, event.previous))
 */
export function leafOf(
  tenant: string,
  event: EventToSeal,
  salt: Uint8Array,
  previous: Uint8Array | null,
): LeafToWrite {
  const { id, type, body, recordedAtMs, stream, revision } = event;
  const facts = factsOf(body);
  const { source, time, correctsid, sealed } = facts;
  const actor = actorOf(facts);
  return {
    tenant,
    id,
    source,
    type,
    subject: stream,
    time,
    recordedat: recordedText(recordedAtMs),
    ...(actor === undefined ? {} : { actor }),
    stream,
    revision,
    previous,
    ...(correctsid === undefined
      ? {}
      : { corrects: eventIdOf(tenant, stream, facts.correctssource ?? source, correctsid) }),
    digest: digestText(salt, body),
    ...(sealed === undefined ? {} : { parts: sealed.map(partOf) }),
  };
}

/** A head that says nothing of an actor, a correction or a person, in texts that need no escapes: most do. */
const USUAL_HEAD =
  /^\{"id":"[^"\\]*","source":"([^"\\]*)","time":"([^"\\]*)"(?:,"(?:channel|direction|episode|correlationid|causationid)":"[^"\\]*")*,"data":/;

/** Only what stands before the payload: events are sealed as fast as they are recorded. */
function factsOf(body: string): LeafFacts {
  const [, source, time] = USUAL_HEAD.exec(body) ?? [];
  return source === undefined || time === undefined
    ? (JSON.parse(headOfBody(body)) as LeafFacts)
    : { source, time };
}

const partOf = (parts: SealedParts) => ({
  subject: parts.subject,
  keyid: parts.keyid,
  digest: digestOfParts(parts),
  commitment: Buffer.from(parts.commitment, 'base64url'),
});

const actorOf = ({ actorkind, actorid }: LeafFacts): string | undefined =>
  actorkind === undefined ? actorid : actorid === undefined ? actorkind : `${actorkind}/${actorid}`;
