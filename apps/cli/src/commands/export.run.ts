import { parsePosition, RapportError, type JsonObject, type BoundsGiven } from '@rapport/kernel';
import { queries } from '@rapport/profiles';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { csvLine } from '../export/csv.js';
import { cloudEventNdjson, eventCsv, recordedNdjson } from '../export/event-text.js';
import { writeItems } from '../export/write-items.js';
import type { Invocation } from '../invocation.js';
import { boundsOf, reading } from '../ledger-access/reading.js';
import { progress } from '../terminal/progress.js';
import { jsonText } from '../terminal/terminal.js';
import { viewNamed } from './replay.run.js';

interface EventsOptions {
  readonly format: 'ndjson' | 'cloudevents' | 'csv';
  readonly types?: string;
  readonly afterPosition?: string;
  readonly personal?: boolean;
  readonly out?: string;
}

/** `rapport export events` */
export async function runExportEvents(invocation: Invocation, options: EventsOptions): Promise<ExitCode> {
  const { types, afterPosition, personal = false, format } = options;
  const after = afterPosition === undefined ? undefined : parsePosition(afterPosition);
  if (afterPosition !== undefined && after === undefined)
    throw new RapportError('INVALID_QUERY', `--after-position takes a position, not ${afterPosition}.`);
  await reading(invocation, async (ledger) => {
    const wanted = types?.split(',');
    const unknown = wanted?.find((type) => ledger.kinds.get(type) === undefined);
    if (unknown !== undefined)
      throw new RapportError(
        'UNKNOWN_KIND',
        `${unknown} is not a kind of this ledger: write the full type name, like rapport.sale.SaleCompleted.v1.`,
      );
    const text = {
      ndjson: recordedNdjson(ledger.tenant, personal),
      cloudevents: cloudEventNdjson(personal),
      csv: eventCsv(personal),
    }[format];
    const events = ledger.feed({
      ...(after === undefined ? {} : { after }),
      ...(wanted === undefined ? {} : { types: wanted }),
    });
    await write(
      invocation,
      options.out,
      'events',
      (await ledger.head()).count,
      text.header,
      events,
      text.line,
    );
  });
  return EXIT.ok;
}

interface ViewOptions extends BoundsGiven {
  readonly format: 'ndjson' | 'csv';
  readonly out?: string;
}

/** `rapport export view` */
export async function runExportView(
  invocation: Invocation,
  options: ViewOptions,
  viewName: string,
): Promise<ExitCode> {
  await reading(invocation, async (ledger) => {
    const view = viewNamed(ledger, viewName);
    if (view.shape === 'entries')
      throw new RapportError(
        'INVALID_QUERY',
        `${view.name} has entries, not documents: export the events, or ask \`rapport timeline\`.`,
      );
    const documents = ledger.documents(view.name, await boundsOf(ledger, options));
    if (options.format === 'ndjson')
      return write(invocation, options.out, 'documents', 0, '', documents, (one) => `${jsonText(one)}\n`);
    // Documents of a view differ in their members: a table of member and value serves them all.
    return write(
      invocation,
      options.out,
      'documents',
      0,
      csvLine(['key', 'member', 'value']),
      documents,
      ({ key, doc }) => memberLines(key, doc),
    );
  });
  return EXIT.ok;
}

const memberLines = (key: string, doc: JsonObject): string =>
  Object.entries(doc)
    .map(([member, value]) =>
      csvLine([key, member, typeof value === 'object' && value !== null ? jsonText(value) : value]),
    )
    .join('');

interface ReferralsOptions {
  readonly format: 'graphml' | 'csv' | 'json';
  readonly out?: string;
}

/** `rapport export referrals` */
export async function runExportReferrals(
  invocation: Invocation,
  options: ReferralsOptions,
): Promise<ExitCode> {
  await reading(invocation, async (ledger) => {
    const forest = await queries.loadForest(ledger.documents('referral-graph'));
    const lines = { graphml: queries.forestGraphMl, json: queries.forestJson, csv: guardedForestCsv }[
      options.format
    ](forest);
    await write(invocation, options.out, 'lines', 0, '', lines, (line) => line);
  });
  return EXIT.ok;
}

function* guardedForestCsv(forest: queries.Forest): Generator<string> {
  yield csvLine(['party', 'introducedBy', 'via', 'introducedAt', 'assists', 'firstSaleAt', 'sales', 'value']);
  for (const one of forest.parties) {
    const value = one.value.map(([currency, minor]) => `${currency} ${minor}`).join(' ');
    yield csvLine([
      one.party,
      one.introducedBy,
      one.via,
      one.introducedAt,
      one.assists,
      one.firstSaleAt,
      one.sales,
      value,
    ]);
  }
}

async function write<T>(
  invocation: Invocation,
  path: string | undefined,
  what: string,
  total: number,
  header: string,
  items: AsyncIterable<T> | Iterable<T>,
  lineOf: (item: T) => string,
): Promise<void> {
  const { terminal } = invocation;
  const bar = await progress(terminal, `Exporting ${what}`, total, path === undefined);
  const onCount = (count: number): void => bar.update(count, `${count} ${what}`);
  try {
    const count = await writeItems(invocation, items, { path, header, textOf: lineOf, onCount });
    if (path !== undefined) terminal.note(`${count} ${what} written to ${path}.`);
  } finally {
    bar.stop();
  }
}
