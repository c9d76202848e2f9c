/**
 * What sort of failure a code is. HTTP maps it to a status and the CLI to an exit code, each in one place.
 */
export type ErrorCategory =
  'invalid' | 'notFound' | 'conflict' | 'refused' | 'tooLarge' | 'timeout' | 'unavailable' | 'internal';

/**
 * Every error code of Rapport, with its category and a title that never changes for the code.
 * A message (the detail) says what, where, and what to do next; the title only names the code.
 */
export const ERROR_CODES = {
  // the shape of a request or an event
  INVALID_JSON: ['invalid', 'The text is not JSON'],
  DUPLICATE_JSON_KEY: ['invalid', 'A JSON object has the same key twice'],
  JSON_TOO_DEEP: ['invalid', 'The JSON is nested too deeply'],
  NUMBER_NOT_EXACT: ['invalid', 'A number cannot be kept exactly'],
  INVALID_TEXT: ['invalid', 'A text holds characters that cannot be stored'],
  FORBIDDEN_KEY: ['invalid', 'A JSON key is not allowed'],
  INVALID_ENVELOPE: ['invalid', 'The CloudEvents envelope is not valid'],
  INVALID_TIME: ['invalid', 'The time is not an RFC 3339 date and time'],
  TIME_IN_FUTURE: ['invalid', 'The time lies in the future'],
  UNKNOWN_KIND: ['invalid', 'The kind is not known'],
  INVALID_PAYLOAD: ['invalid', 'The payload does not match its kind'],
  INVALID_REQUEST: ['invalid', 'The request is not one this server understands'],
  INVALID_QUERY: ['invalid', 'A query parameter is not valid'],
  INVALID_CURSOR: ['invalid', 'The cursor is not one of ours'],
  INVALID_RULES: ['invalid', 'The scoring rules are not valid'],
  INVALID_MAPPING: ['invalid', 'The import mapping is not valid'],
  INVALID_CONFIGURATION: ['invalid', 'The configuration is not valid'],
  INVALID_TENANT: ['invalid', 'The tenant name is not valid'],
  UNSUPPORTED_MEDIA_TYPE: ['invalid', 'The media type is not supported'],
  EMPTY_BATCH: ['invalid', 'The batch holds no events'],
  FIELD_NOT_INDEXED: ['invalid', 'The field is not declared as indexed'],
  // what is asked for is not there
  NOT_FOUND: ['notFound', 'Nothing is found at this address'],
  EVENT_NOT_FOUND: ['notFound', 'The event is not in the ledger'],
  PARTY_NOT_FOUND: ['notFound', 'The party is not in the ledger'],
  VIEW_NOT_FOUND: ['notFound', 'There is no such view'],
  TENANT_NOT_FOUND: ['notFound', 'There is no such tenant'],
  DATA_NOT_FOUND: ['notFound', 'There is no ledger in this folder'],
  RULES_NOT_FOUND: ['notFound', 'There is no such version of the scoring rules'],
  // the ledger holds something else
  WRONG_EXPECTED_REVISION: ['conflict', 'The stream is at another revision'],
  EVENT_ID_REUSED: ['conflict', 'The same id was recorded with other content'],
  LEDGER_IN_USE: ['conflict', 'Another process holds the ledger for writing'],
  // decisions of a stream
  CORRECTION_TARGET_INVALID: ['refused', 'The event cannot be corrected this way'],
  COMPLAINT_NOT_FOUND: ['refused', 'Nobody made this complaint'],
  REMEDY_NOT_OFFERED: ['refused', 'No remedy was offered'],
  REFERRAL_SELF: ['refused', 'A party cannot refer itself'],
  REFERRAL_CLOSED: ['refused', 'The referral has ended'],
  NEGOTIATION_CLOSED: ['refused', 'The negotiation has ended'],
  TERM_NOT_PROPOSED: ['refused', 'The term was not proposed'],
  CONTRACT_ALREADY_SIGNED: ['refused', 'The contract is signed already'],
  CONTRACT_NOT_SIGNED: ['refused', 'There is no signed contract'],
  MERGE_SELF: ['refused', 'A party cannot be merged with itself'],
  EPISODE_REQUIRED: ['refused', 'The kind needs an episode'],
  HOST_NOT_ALLOWED: ['refused', 'The host of the request is not allowed'],
  // personal values and their keys
  PERSON_ERASED: ['refused', 'The personal values of the person were erased'],
  LEGAL_HOLD: ['refused', 'The personal values must be kept'],
  APPROVAL_REQUIRED: ['refused', 'A second person must approve the erasure'],
  KEY_NOT_FOUND: ['unavailable', 'The key of the personal values is missing'],
  KEY_WRONG: ['unavailable', 'The key does not open the personal values'],
  PERSONAL_DATA_TAMPERED: ['unavailable', 'The personal values were changed'],
  // proofs
  BUNDLE_REFUSED: ['refused', 'The bundle does not prove its answer'],
  PROOF_NOT_READY: ['unavailable', 'The ledger cannot be proven yet'],
  // bounds
  BODY_TOO_LARGE: ['tooLarge', 'The body is too large'],
  APPEND_TOO_LARGE: ['tooLarge', 'The append is too large'],
  BATCH_TOO_LARGE: ['tooLarge', 'The batch is too large'],
  LIMIT_EXCEEDED: ['tooLarge', 'A limit is exceeded'],
  // time and infrastructure
  WAIT_TIMEOUT: ['timeout', 'The views did not reach the position in time'],
  VIEW_BEHIND: ['unavailable', 'The view is not ready yet'],
  OVERLOADED: ['unavailable', 'Too much is under way'],
  SHUTTING_DOWN: ['unavailable', 'The server is stopping'],
  STORE_READ_ONLY: ['unavailable', 'The data folder cannot be written'],
  DISK_FULL: ['unavailable', 'The disk is full'],
  STORE_CORRUPT: ['unavailable', 'The database file is damaged'],
  STORE_FOREIGN: ['unavailable', 'The database file is not one of ours'],
  STORE_UNAVAILABLE: ['unavailable', 'The store does not answer'],
  LOG_NOT_SIGNED: ['unavailable', 'The proof log is not signed any more'],
  LEASE_LOST: ['unavailable', 'The lease was taken over'],
  SERVER_UNREACHABLE: ['unavailable', 'The server does not answer'],
  INTERNAL: ['internal', 'Something went wrong in Rapport'],
} as const satisfies Record<string, readonly [ErrorCategory, string]>;

/** A code of {@link ERROR_CODES}. */
export type ErrorCode = keyof typeof ERROR_CODES;

/** A refusal as a value: what was wrong, where, and what to do. Returned for bad input, never thrown by domain code. */
export interface Rejection {
  readonly code: ErrorCode;
  /** What, where, and what to do next; never holds a personal value. */
  readonly message: string;
  /** Where in the input, as an RFC 6901 JSON pointer, when known. */
  readonly pointer?: string;
  /** More facts for programs: `expected`, `actual`, `line` … */
  readonly facts?: Readonly<Record<string, string | number | boolean | null>>;
}

/** Either a value or a {@link Rejection}. */
export type Result<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly rejection: Rejection };

/** Wraps a value as a successful {@link Result}. */
export const accept = <T>(value: T): Result<T> => ({ ok: true, value });

/**
 * Builds a refused {@link Result}.
 * @example reject('REFERRAL_SELF', 'Party 42 cannot refer itself: name another prospect.', { pointer: '/data/prospect' })
 */
export const reject = (
  code: ErrorCode,
  message: string,
  more: Omit<Rejection, 'code' | 'message'> = {},
): { readonly ok: false; readonly rejection: Rejection } => ({
  ok: false,
  rejection: { code, message, ...more },
});

/** A failure that carries a code: thrown by broken infrastructure and at the edges, where a rejection ends a request. */
export class RapportError extends Error {
  readonly code: ErrorCode;
  readonly pointer: string | undefined;
  readonly facts: Rejection['facts'];

  constructor(
    code: ErrorCode,
    message: string,
    options: { cause?: unknown; pointer?: string | undefined; facts?: Rejection['facts'] } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'RapportError';
    this.code = code;
    this.pointer = options.pointer;
    this.facts = options.facts;
  }

  /** The category of the code. */
  get category(): ErrorCategory {
    return categoryOf(this.code);
  }

  /** The same failure as a value. */
  get rejection(): Rejection {
    return {
      code: this.code,
      message: this.message,
      ...(this.pointer === undefined ? {} : { pointer: this.pointer }),
      ...(this.facts === undefined ? {} : { facts: this.facts }),
    };
  }

  static from(rejection: Rejection): RapportError {
    return new RapportError(rejection.code, rejection.message, {
      pointer: rejection.pointer,
      facts: rejection.facts,
    });
  }
}

/** The category of a code. */
export const categoryOf = (code: ErrorCode): ErrorCategory => ERROR_CODES[code][0];

/** The unchanging title of a code. */
export const titleOf = (code: ErrorCode): string => ERROR_CODES[code][1];

/** The value of a result, or its rejection thrown as a {@link RapportError}. */
export function valueOf<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw RapportError.from(result.rejection);
}
