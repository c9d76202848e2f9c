import { parseStrictJson, RapportError, valueOf } from '@rapport/kernel';
import type { ErasureAsked } from '@rapport/ledger';
import { utf8Text } from '../events/utf8.js';

const TEXT_LENGTH_MAX = 200;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/**
 * Reads the body of `POST /v1/parties/{id}/erasure`.
 * @throws RapportError `INVALID_JSON` and others of JSON, `INVALID_REQUEST`
 */
export function erasureAsked(party: string, body: unknown): { asked: ErasureAsked; dryRun: boolean } {
  const parsed = Buffer.isBuffer(body) ? valueOf(parseStrictJson(valueOf(utf8Text(body)))) : null;
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw invalid('', 'must be a JSON object with `by` and `basis`');
  const { by, basis, approvedBy, requestedOn, dryRun = false, ...others } = parsed as Record<string, unknown>;
  if (Object.keys(others).length > 0)
    throw invalid('', 'takes `by`, `basis`, `approvedBy`, `requestedOn` and `dryRun`, and nothing else');
  if (typeof dryRun !== 'boolean') throw invalid('/dryRun', 'must be true or false');
  const day = optionalText(requestedOn, '/requestedOn');
  if (day !== undefined && !DAY.test(day)) throw invalid('/requestedOn', 'must be a day like 2026-03-30');
  const approver = optionalText(approvedBy, '/approvedBy');
  return {
    asked: {
      party,
      by: requiredText(by, '/by'),
      basis: requiredText(basis, '/basis'),
      ...(approver === undefined ? {} : { approvedBy: approver }),
      ...(day === undefined ? {} : { requestedOn: day }),
    },
    dryRun,
  };
}

const optionalText = (value: unknown, pointer: string): string | undefined =>
  value === undefined ? undefined : requiredText(value, pointer);

function requiredText(value: unknown, pointer: string): string {
  if (typeof value !== 'string' || value.trim() === '' || value.length > TEXT_LENGTH_MAX)
    throw invalid(pointer, `must be a text of 1 to ${TEXT_LENGTH_MAX} characters`);
  return value;
}

const invalid = (pointer: string, what: string): RapportError =>
  new RapportError('INVALID_REQUEST', `${pointer === '' ? 'The body' : pointer} ${what}.`, { pointer });
