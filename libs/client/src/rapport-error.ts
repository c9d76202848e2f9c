import type { ErrorCode, Rejection } from '@rapport/kernel';

/**
 * A failure with one of Rapport's codes, as the server told it (RFC 9457 problem+json), or `SERVER_UNREACHABLE` when no
 * server answered. The same shape as the errors of a ledger in the same process.
 */
export class RapportError extends Error {
  readonly code: ErrorCode;
  /** Where in the request, as an RFC 6901 JSON pointer, when known. */
  readonly pointer: string | undefined;
  /** More facts for programs: `expected`, `actual`, `status` (of HTTP) … */
  readonly facts: Rejection['facts'];

  constructor(
    code: ErrorCode,
    message: string,
    options: {
      readonly cause?: unknown;
      readonly pointer?: string | undefined;
      readonly facts?: Rejection['facts'];
    } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'RapportError';
    this.code = code;
    this.pointer = options.pointer;
    this.facts = options.facts;
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
}
