import { shownEvent } from '@rapport/kernel';
import type { PersonalData } from '@rapport/ledger';

/**
 * Everything held about a person as one JSON document, piece by piece, so that its length costs no memory. Positions are
 * decimal strings.
 * @param exportedAt RFC 3339 in UTC
 * @example for await (const piece of personDocument(await ledger.personalData('42'), exportedAt)) write(piece);
 */
export async function* personDocument(
  { party, persons, count, events }: PersonalData,
  exportedAt: string,
): AsyncGenerator<string> {
  const head = JSON.stringify({ party, persons, exportedAt, count }).slice(0, -1);
  let before = `${head},"events":[\n`;
  for await (const event of events) {
    yield `${before}${JSON.stringify({ ...shownEvent(event), position: event.position.toString() })}`;
    before = ',\n';
  }
  yield `${before === ',\n' ? '\n' : before}]}\n`;
}
