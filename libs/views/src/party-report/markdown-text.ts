/** ASCII punctuation that can begin markup somewhere in CommonMark or GitHub's tables, links and formulas. */
const MARKUP = /[\\`*_{}[\]<>#!|~&@$]/g;
/** What GitHub turns into a link without any markup. */
const BARE_LINK = /(www)(\.)|(:)(\/\/)/gi;
/** Control characters and those that change the direction of writing: they could hide what a line says. */
const DECEPTIVE = /[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu;

/**
 * Text from a ledger as it stands in Markdown (CommonMark 0.31 with GitHub's tables): it shows as it is, on one line, and
 * can be neither markup, HTML, a link nor the end of a table cell, whatever is in it.
 * @example markdownText('a|b <i>') // 'a\\|b \\<i\\>'
 */
export const markdownText = (text: string): string =>
  text
    .replace(DECEPTIVE, '\ufffd')
    .replace(MARKUP, '\\$&')
    .replace(BARE_LINK, (_link, www?: string, dot?: string, colon?: string, slashes?: string) =>
      www === undefined ? `\\${colon}${slashes}` : `${www}\\${dot}`,
    );

/** A table; the cells are Markdown already. @example markdownTable(['a', 'b'], [['1', '2']]) */
export function* markdownTable(
  columns: readonly string[],
  rows: Iterable<readonly string[]>,
): Generator<string> {
  yield `| ${columns.join(' | ')} |\n| ${columns.map(() => '---').join(' | ')} |\n`;
  for (const row of rows) yield `| ${row.join(' | ')} |\n`;
}
