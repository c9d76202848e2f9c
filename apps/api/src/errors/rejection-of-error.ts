import { HttpException } from '@nestjs/common';
import { RapportError, reject, type Rejection } from '@rapport/kernel';

/** What an error tells the caller; undefined when it is a fault of ours. */
export function rejectionOfError(error: unknown): Rejection | undefined {
  if (error instanceof RapportError) return error.category === 'internal' ? undefined : error.rejection;
  const status = statusCodeOf(error);
  if (status === undefined || status >= 500) return undefined;
  const byCode = BY_FASTIFY_CODE[fastifyCodeOf(error)];
  if (byCode !== undefined) return byCode;
  return BY_STATUS[status] ?? INVALID_REQUEST;
}

const rejection = (...args: Parameters<typeof reject>): Rejection => reject(...args).rejection;

const INVALID_REQUEST = rejection(
  'INVALID_REQUEST',
  'The request cannot be read: check its address, headers and body against /docs.',
);
const NO_SUCH_ROUTE = rejection(
  'NOT_FOUND',
  'Nothing answers this method at this address: see /docs for what does.',
);
const BODY_TOO_LARGE = rejection(
  'BODY_TOO_LARGE',
  'The body is larger than the server takes: send smaller batches, or stream to /v1/events/ingest.',
);
const MEDIA_TYPE = rejection(
  'UNSUPPORTED_MEDIA_TYPE',
  'The content type is not one this address takes: see /docs for those it does.',
);

const BY_STATUS: Readonly<Record<number, Rejection>> = {
  404: NO_SUCH_ROUTE,
  405: NO_SUCH_ROUTE,
  413: BODY_TOO_LARGE,
  415: MEDIA_TYPE,
};

const BY_FASTIFY_CODE: Readonly<Record<string, Rejection>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: BODY_TOO_LARGE,
  FST_ERR_CTP_INVALID_MEDIA_TYPE: MEDIA_TYPE,
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: rejection(
    'INVALID_REQUEST',
    'The body is not as long as Content-Length says: send it again.',
  ),
  FST_ERR_BAD_URL: rejection(
    'INVALID_REQUEST',
    'The address is not well formed: percent-encode what is not plain text, as UTF-8.',
  ),
  FST_ERR_MAX_PARAM_LENGTH: rejection('LIMIT_EXCEEDED', 'A part of the path is too long.'),
};

function statusCodeOf(error: unknown): number | undefined {
  if (error instanceof HttpException) return error.getStatus();
  if (!(error instanceof Error) || !('statusCode' in error)) return undefined;
  return typeof error.statusCode === 'number' && error.statusCode >= 400 ? error.statusCode : undefined;
}

/** Nest wraps what Fastify throws; the code stands in the cause then. */
function fastifyCodeOf(error: unknown): string {
  const source = error instanceof HttpException ? error.cause : error;
  return source instanceof Error && 'code' in source && typeof source.code === 'string' ? source.code : '';
}
