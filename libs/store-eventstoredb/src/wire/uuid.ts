import type { FieldReader } from './protobuf.js';

/** Fields of `UUID`: two halves as numbers, or a text. */
const STRUCTURED = 1;
const TEXT = 2;
const HALVES = { most: 1, least: 2 } as const;

/** A uuid of the protocol as text in lower-case letters. */
export function readUuid(fields: FieldReader): string {
  let text = '';
  for (let field = fields.next(); field !== 0; field = fields.next()) {
    if (field === TEXT) text = fields.text();
    else if (field === STRUCTURED) text = structured(fields.message());
    else fields.skip();
  }
  return text;
}

function structured(fields: FieldReader): string {
  let most = 0n;
  let least = 0n;
  for (let field = fields.next(); field !== 0; field = fields.next()) {
    if (field === HALVES.most) most = fields.large();
    else if (field === HALVES.least) least = fields.large();
    else fields.skip();
  }
  const hex = most.toString(16).padStart(16, '0') + least.toString(16).padStart(16, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
