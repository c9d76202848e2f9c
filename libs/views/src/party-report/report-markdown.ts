import type { Answer, Bounds, Json } from '@rapport/kernel';
import { markdownTable, markdownText as text } from './markdown-text.js';
import type {
  PartyReport,
  ReportedActor,
  ReportedCorrection,
  ReportedEvent,
  ReportedNote,
  ReportedPlace,
} from './report-shape.js';

/**
 * A report as Markdown, piece by piece: what stands out first, then every event, then where each can be found and proved.
 * Text of the data is escaped: it can neither break a table nor become markup.
 * @example for (const piece of reportMarkdown(await partyReport(ledger, ledger, 'c-1'))) await write(piece);
 */
export function* reportMarkdown({ value, bounds, position }: Answer<PartyReport>): Generator<string> {
  yield `# Report on ${text(value.party)}\n\n`;
  yield* markdownTable(['', ''], headerRows(value, bounds, position));
  yield `\n${summaryOf(value)}\n\nPersonal values are withheld. Times are UTC.\n`;
  if (value.log.checkpoint !== null)
    yield `\nThe checkpoint, as it was signed:\n\n${value.log.checkpoint.note.trimEnd().replace(/^/gm, '    ')}\n`;
  yield* correctionSection(value.corrections);
  yield* noteSection('Merged and unmerged', value.merges);
  yield* noteSection('Who looked', value.viewings);
  yield* noteSection('Personal data erased', value.erasures);
  yield* eventSection(value.events);
}

function headerRows(report: PartyReport, bounds: Bounds, position: bigint): readonly (readonly string[])[] {
  const { ledger, tenant, ids, period, head, log, rules, views } = report;
  const others = ids.slice(1).map(text);
  const range = (from: string | null, to: string | null): string =>
    from === null && to === null
      ? 'at any time'
      : `${from === null ? '' : `from ${instant(from)}`}${to === null ? '' : ` up to ${instant(to)}`}`.trim();
  return [
    ['Ledger', `${text(ledger)}, tenant ${text(tenant)}`],
    ['Party', `${text(report.party)}${others.length === 0 ? '' : `, also ${others.join(', ')}`}`],
    ['Happened', range(period.from, period.to)],
    ['Recorded', range(period.recordedFrom, period.recordedTo)],
    [
      'Bounds',
      `${bounds.asOf === undefined ? 'whenever it happened' : `as of ${instant(bounds.asOf)}`}, as known at position ${position}`,
    ],
    [
      'End of the ledger',
      `position ${head.position}, ${counted(head.count, 'event')}${head.recordedat === null ? '' : `, the last recorded ${instant(head.recordedat)}`}`,
    ],
    [
      'Proof log',
      `${counted(log.treeSize, 'leaf', 'leaves')}; ${log.checkpoint === null ? 'no checkpoint is signed yet' : `checkpoint of ${counted(log.checkpoint.size, 'leaf', 'leaves')}, root ${log.checkpoint.rootHash}`}`,
    ],
    [
      'Rules in force',
      `${text(rules.ruleSet)} version ${rules.version}${rules.publishedAt === null ? ', built in' : `, published ${instant(rules.publishedAt)}`}`,
    ],
    ['Views', views.map(({ name, version }) => `${text(name)} ${version}`).join(', ')],
  ];
}

function summaryOf({ counts, corrections, merges, viewings, erasures }: PartyReport): string {
  const voids = corrections.filter(({ effect }) => effect === 'void').length;
  return [
    `${counted(counts.events, 'event')}, ${counts.late} of them late`,
    `${counted(corrections.length - voids, 'correction')} and ${counted(voids, 'void')}`,
    `${counted(merges.length, 'merge or unmerge', 'merges and unmerges')}`,
    `${counted(viewings.length, 'viewing')}`,
    `${counted(erasures.length, 'erasure')}.`,
  ].join(', ');
}

function* correctionSection(corrections: readonly ReportedCorrection[]): Generator<string> {
  yield '\n## Corrected and voided\n';
  if (corrections.length === 0) yield '\nNothing.\n';
  for (const { effect, counts, of, by, reason, members, withheld } of corrections) {
    yield `\n### Position ${of.position}: ${text(of.headline)}\n\n`;
    yield `${effect === 'void' ? 'Voided' : 'Corrected'} by ${actor(by)} at position ${by.position} (${leaf(by)}), `;
    yield `happened ${instant(by.time)}, recorded ${instant(by.recordedat)}. `;
    yield `${reason === null ? 'No reason is given.' : `Reason: ${text(reason)}.`}`;
    yield counts ? '\n' : ' Another one of this event counts, or this one does not fit its kind.\n';
    if (members.length > 0) {
      yield '\n';
      yield* markdownTable(
        ['member', 'before', 'after'],
        members.map(({ pointer, before, after }) => [text(pointer), json(before), json(after)]),
      );
    }
    if (withheld.length > 0) yield `\nWithheld: ${withheld.map(text).join(', ')}.\n`;
  }
}

function* noteSection(title: string, notes: readonly ReportedNote[]): Generator<string> {
  yield `\n## ${title}\n\n`;
  if (notes.length === 0) {
    yield 'Nothing.\n';
    return;
  }
  yield* markdownTable(
    ['position', 'happened', 'recorded', 'what', 'who'],
    notes.map((note) => [
      note.position,
      instant(note.time),
      instant(note.recordedat),
      `${text(note.headline)}${note.purpose === undefined ? '' : ` What for: ${text(note.purpose)}.`}`,
      actor(note),
    ]),
  );
}

function* eventSection(events: readonly ReportedEvent[]): Generator<string> {
  yield '\n## Every event, in the order of recording\n\n';
  if (events.length === 0) {
    yield 'Nothing within the period.\n';
    return;
  }
  yield* markdownTable(
    ['position', 'happened', 'recorded', 'what', 'who', 'from', 'standing'],
    mapped(events, (event) => [
      event.position,
      instant(event.time),
      `${instant(event.recordedat)}${event.late ? ' **late**' : ''}`,
      `${text(event.kind)}: ${text(event.headline)}`,
      actor(event),
      [text(event.source), event.channel, event.direction].filter((part) => part !== undefined).join(', '),
      standing(event),
    ]),
  );
  yield '\n## Where each event stands\n\n';
  const hasReceipts = events.some(({ receipt }) => receipt !== undefined);
  yield* markdownTable(
    ['position', 'leaf', 'event id', 'stream and revision', 'id', ...(hasReceipts ? ['receipt'] : [])],
    mapped(events, (event) => [
      event.position,
      event.leafIndex === null ? 'not sealed' : String(event.leafIndex),
      event.eventId,
      `${text(event.subject)} ${event.revision}`,
      text(event.id),
      ...(hasReceipts ? [event.receipt === undefined ? 'none' : text(event.receipt)] : []),
    ]),
  );
}

function* mapped<T, R>(items: Iterable<T>, of: (item: T) => R): Generator<R> {
  for (const item of items) yield of(item);
}

function standing({ standing: word, now, withheld }: ReportedEvent): string {
  const said = {
    counts: 'counts',
    corrected:
      now === undefined ? 'corrected' : `corrected, now: ${text(now.headline)} (${instant(now.time)})`,
    voided: '**voided**',
    waiting: 'waits for its target',
    unknownKind: 'of a kind that is not known here',
  }[word];
  return withheld.length === 0 ? said : `${said}; withheld: ${withheld.map(text).join(', ')}`;
}

const instant = (time: string): string => `${time.slice(0, 10)} ${time.slice(11, 19)}`;
const leaf = ({ leafIndex }: ReportedPlace): string =>
  leafIndex === null ? 'not sealed' : `leaf ${leafIndex}`;
const actor = ({ actorkind, actorid }: ReportedActor): string =>
  [actorkind, actorid === undefined ? undefined : text(actorid)]
    .filter((part) => part !== undefined)
    .join(' ') || 'not said';
const json = (value: Json | undefined): string =>
  value === undefined ? 'nothing' : text(JSON.stringify(value));
const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;
