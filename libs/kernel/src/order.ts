/**
 * Compares two well-formed texts by Unicode code point, which is the order of their UTF-8 bytes (and so that of SQLite's
 * and MongoDB's binary comparison). JavaScript's `<` compares UTF-16 units and differs above U+FFFF.
 * @returns negative, zero or positive
 * @example compareText('\u{1F600}', '\uFF5E') // positive, where '<' says the opposite
 */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return codePointRank(x) - codePointRank(y);
  }
  return a.length - b.length;
}

// Surrogates stand for code points above all others: rank them last.
const codePointRank = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit);

/** What orders touchpoints in their own time, whatever their order of arrival: (time, source, id), then the stream. */
export interface TimeOrdered {
  readonly time: string;
  readonly source: string;
  readonly id: string;
  readonly subject: string;
}

/**
 * The order of a fold: (time, source, id); the subject last, since one (source, id) may stand in two streams.
 * Times are fixed-width UTC texts, so that comparing texts compares instants.
 */
export function compareTimeOrder(a: TimeOrdered, b: TimeOrdered): number {
  if (a.time !== b.time) return a.time < b.time ? -1 : 1;
  return compareText(a.source, b.source) || compareText(a.id, b.id) || compareText(a.subject, b.subject);
}
