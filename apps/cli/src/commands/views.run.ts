import { RapportError, type Condition, type FindQuery } from '@rapport/kernel';
import { EXIT, type ExitCode } from '../exit-codes.js';
import type { Invocation } from '../invocation.js';
import { reading, wholeNumber } from '../ledger-access/reading.js';
import { writeTable } from '../terminal/table.js';
import { printable } from '../terminal/terminal.js';
import { viewNamed } from './replay.run.js';

/** `rapport views status` */
export async function runStatus(invocation: Invocation): Promise<ExitCode> {
  const { terminal, json } = invocation;
  return reading(invocation, async (ledger) => {
    const [head, health] = [await ledger.head(), await ledger.health()];
    if (json) await terminal.json({ head, views: health });
    else {
      await terminal.line(`${head.count} events, head at position ${head.position}.`);
      const rows = health.map((one) => [
        one.view,
        String(one.version),
        one.state,
        String(one.position),
        String(one.lagEvents),
        one.lagSeconds.toFixed(0),
        String(one.parked),
        one.moving ? 'yes' : 'no',
      ]);
      const columns = [
        'view',
        'version',
        'state',
        'position',
        'lag (events)',
        'lag (s)',
        'parked',
        'moves',
      ].map((title, index) => ({
        title,
        align: index === 0 || index === 2 ? ('left' as const) : ('right' as const),
      }));
      await writeTable(terminal, columns, rows, 'There are no views yet.');
    }
    return EXIT.ok;
  });
}

/** `rapport views hash` */
export async function runHash(invocation: Invocation, _options: unknown, view?: string): Promise<ExitCode> {
  const { terminal, json } = invocation;
  return reading(invocation, async (ledger) => {
    if (view !== undefined) viewNamed(ledger, view);
    const { views, all, position } = await ledger.hash(view);
    if (json) await terminal.json({ views, all, position });
    else {
      await writeTable(
        terminal,
        [{ title: 'view' }, { title: 'documents', align: 'right' }, { title: 'sha256' }],
        views.map((one) => [one.view, String(one.documents), one.sha256]),
        'There are no views yet.',
      );
      await terminal.line(`all together ${all} at position ${position}`);
    }
    return EXIT.ok;
  });
}

/** `rapport views parked` */
export async function runParked(invocation: Invocation, _options: unknown, view?: string): Promise<ExitCode> {
  const { terminal, json } = invocation;
  return reading(invocation, async (ledger) => {
    if (view !== undefined) viewNamed(ledger, view);
    const parked = await ledger.parked(view);
    if (json) await terminal.json(parked);
    else {
      const rows = parked.map((one) => [
        one.view,
        one.key,
        String(one.position),
        String(one.waiting),
        one.error,
      ]);
      await writeTable(
        terminal,
        [
          { title: 'view' },
          { title: 'key' },
          { title: 'position', align: 'right' },
          { title: 'waiting', align: 'right' },
          { title: 'error' },
        ],
        rows,
        'No key is parked.',
      );
    }
    return EXIT.ok;
  });
}

/** `rapport views get` */
export async function runGet(
  invocation: Invocation,
  _options: unknown,
  viewName: string,
  key: string,
): Promise<ExitCode> {
  const { terminal, json } = invocation;
  return reading(invocation, async (ledger) => {
    const view = viewNamed(ledger, viewName);
    if (view.shape === 'entries')
      throw new RapportError(
        'INVALID_QUERY',
        `${view.name} has entries, not documents: use \`rapport timeline\` or \`rapport replay ${view.name}\`.`,
      );
    const answer = await ledger.document(view.name, key);
    if (answer.value === undefined)
      throw new RapportError(
        'NOT_FOUND',
        `The view ${view.name} has nothing under ${printable(key)}: check the key and the tenant.`,
      );
    if (json) await terminal.json({ ...answer, key });
    else
      for (const line of JSON.stringify(answer.value, null, 2).split('\n'))
        await terminal.line(printable(line));
    return EXIT.ok;
  });
}

interface FindOptions {
  readonly where?: readonly string[];
  readonly sort?: string;
  readonly limit: string;
  readonly after?: string;
}

/** `rapport views find` */
export async function runFind(
  invocation: Invocation,
  options: FindOptions,
  viewName: string,
): Promise<ExitCode> {
  const { terminal, json } = invocation;
  return reading(invocation, async (ledger) => {
    const view = viewNamed(ledger, viewName);
    const typeOf = new Map(
      view.shape === 'entries' ? [] : view.indexes.map(({ name, type }) => [name, type] as const),
    );
    const { sort, after } = options;
    const query: FindQuery = {
      where: (options.where ?? []).map((text) => conditionOf(text, typeOf)),
      countMax: wholeNumber(options.limit, '--limit', { min: 1, max: 1_000 }),
      ...(sort === undefined
        ? {}
        : {
            sort: {
              field: sort.replace(/^-/, ''),
              direction: sort.startsWith('-') ? ('descending' as const) : ('ascending' as const),
            },
          }),
      ...(after === undefined ? {} : { after }),
    };
    const answer = await ledger.find(view.name, query);
    if (json) await terminal.json(answer);
    else {
      await writeTable(
        terminal,
        [{ title: 'key' }, { title: 'document' }],
        answer.value.items.map(({ key, doc }) => [key, JSON.stringify(doc)]),
        'No document matches.',
      );
      if (answer.value.next !== undefined) terminal.note(`There is more: add --after ${answer.value.next}`);
    }
    return EXIT.ok;
  });
}

const CONDITION = /^([A-Za-z][\w.]*)(?:(\^=|>=|<=|=)(.*))?$/s;

/** Reads `field=value` and its kin; a value has the type of its field. */
export function conditionOf(
  text: string,
  typeOf: ReadonlyMap<string, 'text' | 'integer' | 'boolean'>,
): Condition {
  const match = CONDITION.exec(text);
  const [, field, operator, written = ''] = match ?? [];
  if (field === undefined)
    throw new RapportError(
      'INVALID_QUERY',
      `--where ${text} is no condition: write field=value, field^=prefix, field>=number, field<=number or field.`,
    );
  const type = typeOf.get(field);
  if (type === undefined)
    throw new RapportError(
      'FIELD_NOT_INDEXED',
      `${field} is not indexed: ${typeOf.size === 0 ? 'this view has no indexed fields' : `indexed are ${[...typeOf.keys()].join(', ')}`}.`,
    );
  if (operator === undefined) return { field, op: 'exists', value: true };
  if (operator === '^=') return { field, op: 'prefix', value: written };
  const value = valueOfType(written, type, field);
  if (operator === '=') return { field, op: 'equals', value };
  return { field, op: 'range', value: operator === '>=' ? [value, null] : [null, value] };
}

function valueOfType(
  written: string,
  type: 'text' | 'integer' | 'boolean',
  field: string,
): string | number | boolean {
  if (type === 'text') return written;
  if (type === 'integer' && /^-?\d+$/.test(written)) return Number(written);
  if (type === 'boolean' && (written === 'true' || written === 'false')) return written === 'true';
  throw new RapportError(
    'INVALID_QUERY',
    `${field} is ${type === 'integer' ? 'a whole number' : 'true or false'}, not ${written}.`,
  );
}
