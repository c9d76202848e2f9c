import type { ErrorCode } from './errors.js';

/** How a touchpoint reached the other side. */
export const CHANNELS = [
  'callCentre',
  'directMail',
  'email',
  'internet',
  'extranet',
  'mobile',
  'inPerson',
  'video',
  'partner',
  'social',
] as const;
export type Channel = (typeof CHANNELS)[number];

/** `inbound`: they came to us; `outbound`: we went to them. */
export const DIRECTIONS = ['inbound', 'outbound'] as const;
export type Direction = (typeof DIRECTIONS)[number];

/** Who acted. */
export const ACTOR_KINDS = ['staff', 'party', 'system'] as const;
export type ActorKind = (typeof ACTOR_KINDS)[number];

/** What a stream is about: the part of `subject` before the slash. */
export const STREAM_CATEGORIES = [
  'relationship',
  'campaign',
  'staff',
  'standard',
  'policy',
  'market',
] as const;
export type StreamCategory = (typeof STREAM_CATEGORIES)[number];

/** A JSON value that {@link parseStrictJson} accepts. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** Money: an integer number of minor units (cents) of an ISO 4217 currency. */
export interface Money {
  readonly amountMinor: number;
  readonly currency: string;
}

/** Members that every payload may have. */
export interface CommonPayload {
  /** Others involved: all see the touchpoint on their timeline. */
  readonly parties?: readonly { readonly id: string; readonly role: string }[];
  /** −2 … 2 */
  readonly sentiment?: number;
  readonly effortMinutes?: number;
  readonly cost?: Money;
  readonly evidence?: readonly { readonly uri: string; readonly sha256: string }[];
}

/**
 * One thing that happened between the firm and a party, as its emitter tells it: a CloudEvents 1.0 event with Rapport's
 * extension attributes. `source`, `id` and `subject` together are its identity.
 */
export interface Touchpoint<D = JsonObject> {
  readonly id: string;
  readonly source: string;
  /** `rapport.<family>.<Kind>.v<N>` */
  readonly type: string;
  /** The stream: `<category>/<id>`. */
  readonly subject: string;
  /** When it happened: RFC 3339 in UTC with milliseconds, `2026-01-31T12:00:00.000Z`. */
  readonly time: string;
  readonly channel?: Channel;
  readonly direction?: Direction;
  readonly episode?: string;
  readonly actorkind?: ActorKind;
  readonly actorid?: string;
  readonly correlationid?: string;
  readonly causationid?: string;
  /** The `id` of the event, in the same stream, that this one corrects or voids. */
  readonly correctsid?: string;
  /** The `source` of the corrected event; the same source as this event's unless given. */
  readonly correctssource?: string;
  readonly data: D;
}

/** Values marked personal in the payload class, by RFC 6901 pointer into the payload; kept apart from `data`. */
export type PersonalParts = { readonly [pointer: string]: Json };

/**
 * The personal parts that one event holds of one person, encrypted. JSON: it stands in the stored event as it is. An event
 * about several people has one for each.
 * @example
 * { subject: '42', keyid: 'pJ3…', commitment: 'x0a…', fields: { '/text': 'Tz9…' } }
 */
export interface SealedParts {
  /** Whose they are: the person as recorded, never the one that a merge made of it. */
  readonly subject: string;
  readonly keyid: string;
  /** The key commitment, 32 bytes, base64url. */
  readonly commitment: string;
  /** By RFC 6901 pointer into the payload: nonce (12 bytes) ‖ ciphertext ‖ tag (16 bytes), base64url. */
  readonly fields: { readonly [pointer: string]: string };
}

/**
 * A recorded touchpoint. Immutable. `data` holds no personal value: those are in `sealed`, encrypted.
 */
export interface RecordedEvent<D = JsonObject> extends Touchpoint<D> {
  /** uuid v5 of (tenant, stream, source, id): unique in a tenant. */
  readonly eventId: string;
  /** When the ledger learned it: RFC 3339 UTC, milliseconds. Never goes back within a stream. */
  readonly recordedat: string;
  /** Place in the whole ledger: strictly increasing, may have gaps, never arithmetic. A decimal string in JSON. */
  readonly position: bigint;
  /** Place in its stream: 0, 1, 2 … */
  readonly revision: number;
  /** For a correction or void: the revision in this stream of what it corrects, when that was known at recording. */
  readonly correctsrevision?: number;
  /** For a correction recorded before what it corrects: the kinds whose payload it fits. It counts for no other. */
  readonly correctstypes?: readonly string[];
  /** The personal parts, one set a person; undefined when there is nothing personal. */
  readonly sealed?: readonly SealedParts[];
}

/** A recorded touchpoint whose personal values were asked for. */
export interface OpenedEvent<D = JsonObject> extends RecordedEvent<D> {
  /** Those that could be read. */
  readonly personal?: PersonalParts;
  /** Pointers of those that are gone for ever: their person was erased. */
  readonly erased?: readonly string[];
  /** Those that could not be read, and why; they are not lost. */
  readonly unreadable?: readonly UnreadableParts[];
}

/** Personal values that could not be read: the key is missing or another one, or they were changed. */
export interface UnreadableParts {
  readonly code: ErrorCode;
  /** What, and what to do; never holds a value. */
  readonly message: string;
  readonly pointers: readonly string[];
}

/** The stream of a party. */
export const relationshipOf = (party: string): string => `relationship/${party}`;

/** The party of a relationship stream, or undefined for streams about something else. */
export const partyOfSubject = (subject: string): string | undefined =>
  subject.startsWith('relationship/') ? subject.slice('relationship/'.length) : undefined;

/** The optional CloudEvents attributes of a touchpoint, in the order in which they are stored and shown. */
export const OPTIONAL_ATTRIBUTES = [
  'channel',
  'direction',
  'episode',
  'actorkind',
  'actorid',
  'correlationid',
  'causationid',
  'correctsid',
  'correctssource',
] as const satisfies readonly (keyof Touchpoint)[];

/** The source of what the ledger itself says about erasures. Nobody else may record under it. */
export const ERASURE_SOURCE = 'urn:rapport:erasure';
/** The source of what the ledger itself says about its proof log. Nobody else may record under it. */
export const LOG_SOURCE = 'urn:rapport:log';
