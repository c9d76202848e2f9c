// Rebuilds every view of a ledger from zero, as the server does; before it, when asked, reads and parses the same events.
import { join } from 'node:path';
import { openEmbedded } from '@rapport/profiles';
import Sqlite from 'better-sqlite3';
import { answer, input, peakMegabytes, timed } from './answer.js';

const { dataDir, withFloor } = input<{ dataDir: string; withFloor: boolean }>();
const floor = withFloor ? await readAndParse() : { ms: 0, events: 0 };
const rapport = await openEmbedded({ dataDir, projector: 'thread' });
const ledger = await rapport.ledger('main');
const { position, count } = await ledger.head();
await ledger.waitFor(position, 10 * 60_000);
const ms = await timed(() => ledger.rebuild(undefined));
await rapport.close();
answer({
  ms,
  events: count,
  views: ledger.views.length,
  floorMs: floor.ms,
  floorEvents: floor.events,
  peakMb: peakMegabytes(),
});

/** The floor: nothing can fold events that have not been read and parsed. */
async function readAndParse(): Promise<{ ms: number; events: number }> {
  const db = new Sqlite(join(dataDir, 'main', 'ledger.db'), { readonly: true });
  const select = db.prepare('SELECT body FROM events ORDER BY position').pluck();
  let events = 0;
  const elapsedMs = await timed(() => {
    for (const body of select.iterate()) {
      const parsed = JSON.parse(body as string) as { readonly id: string };
      if (parsed.id !== '') events++;
    }
  });
  db.close();
  return { ms: elapsedMs, events };
}
