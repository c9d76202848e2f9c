import { categoryOf, titleOf, type ErrorCategory, type ErrorCode, type Rejection } from '@rapport/kernel';

/** The HTTP status of every category of errors: the one place that maps them. */
export const STATUS_OF_CATEGORY: Readonly<Record<ErrorCategory, number>> = {
  invalid: 400,
  notFound: 404,
  conflict: 409,
  refused: 422,
  tooLarge: 413,
  timeout: 504,
  unavailable: 503,
  internal: 500,
};

/** Codes for which HTTP has a status of its own. */
const STATUS_OF_CODE: Partial<Readonly<Record<ErrorCode, number>>> = {
  UNSUPPORTED_MEDIA_TYPE: 415,
  HOST_NOT_ALLOWED: 403,
};

/** The HTTP status of a code. */
export const statusOf = (code: ErrorCode): number =>
  STATUS_OF_CODE[code] ?? STATUS_OF_CATEGORY[categoryOf(code)];

/** Seconds after which a request that met an unavailable server may be sent again. */
export const RETRY_AFTER_SECONDS = 1;

/** An error as RFC 9457 problem details. Facts of the rejection stand beside the members of the standard. */
export interface Problem {
  /** `urn:rapport:error:<CODE>` */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ErrorCode;
  /** `urn:rapport:request:<request id>`, or `urn:rapport:incident:<id>` for an error of ours. */
  readonly instance: string;
  readonly pointer?: string;
  readonly [fact: string]: unknown;
}

/** The media type of a problem. */
export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

/** Writes a rejection as a problem. */
export const problemOf = (rejection: Rejection, instance: string): Problem => ({
  ...rejection.facts,
  type: `urn:rapport:error:${rejection.code}`,
  title: titleOf(rejection.code),
  status: statusOf(rejection.code),
  detail: rejection.message,
  code: rejection.code,
  instance,
  ...(rejection.pointer === undefined ? {} : { pointer: rejection.pointer }),
});
