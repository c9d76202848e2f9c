import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LIMITS, statusOf, type Limits } from '@rapport/api';
import { ERROR_CODES, type ErrorCode } from '@rapport/kernel';
import { startRapport, type StartedRapport } from '../e2e/start-rapport.js';
import { examplesIn, patternOf } from './examples-in.js';

const DOCS = resolve(import.meta.dirname, '..', '..', 'docs');
const REFERENCE = join(DOCS, 'reference', 'http-api.md');
const RECIPES = join(DOCS, 'how-to', 'use-the-http-api.md');
/** What the document calls the server. */
const URL_SHOWN = 'http://127.0.0.1:7070';

/** What each limit is about, in the order of the page. */
const LIMIT_NAMES: Readonly<Record<keyof Limits, string>> = {
  bodyBytesMax: 'body of one event or a batch (`BODY_TOO_LARGE`)',
  batchEventsMax: 'events of a batch (`BATCH_TOO_LARGE`)',
  lineBytesMax: 'one line of an ingest (`LIMIT_EXCEEDED` for that line)',
  bodyTimeoutMs: 'time for a body to arrive, an ingest aside',
  headersTimeoutMs: 'time for the headers to arrive',
  headerBytesMax: 'headers of a request, its address included',
  pathPartLengthMax: 'one part of a path',
  idleTimeoutMs: 'silence on a connection',
  connectionsMax: 'connections',
  requestsMax: 'requests under way (`OVERLOADED`)',
  liveFeedsMax: 'live feeds (`OVERLOADED`)',
  liveStallMs: 'time in which the reader of a live feed may take nothing',
  heartbeatMs: 'time between signs of life of a live feed',
  tenantsMax: 'tenants that recording may bring into being (`LIMIT_EXCEEDED`)',
  waitTimeoutMsDefault: '`waitFor` unless told otherwise (`WAIT_TIMEOUT`)',
  waitTimeoutMsMax: '`waitFor` at most',
  readyLagEventsMax: 'events that a view may lag behind while the server is ready',
  stopTimeoutMs: 'time that a stop gives to requests under way',
};

const KIBIBYTE = 1_024;

function limitText(name: string, value: number): string {
  if (name.includes('Ms')) return `${value / 1_000} s`;
  if (!name.includes('Bytes')) return value.toLocaleString('en');
  return value >= KIBIBYTE ** 2 ? `${value / KIBIBYTE ** 2} MiB` : `${value / KIBIBYTE} KiB`;
}

const limitsTable = (): string =>
  [
    '| limit | value |',
    '| --- | --- |',
    ...Object.entries(LIMIT_NAMES).map(
      ([name, what]) => `| ${what} | ${limitText(name, LIMITS[name as keyof Limits])} |`,
    ),
  ].join('\n');

const errorsTable = (): string =>
  [
    '| code | status | title |',
    '| --- | --- | --- |',
    ...Object.entries(ERROR_CODES).map(
      ([code, [, title]]) => `| \`${code}\` | ${statusOf(code as ErrorCode)} | ${title} |`,
    ),
  ].join('\n');

const section = (name: string): RegExp =>
  new RegExp(`(<!-- ${name}: [^\n]*-->\n)[^]*?(<!-- end of ${name} -->)`);

/** The cells of a table, whatever the formatter has made of the spaces. */
const cells = (table: string): string[] =>
  table
    .split('\n')
    .filter((line) => line.startsWith('|') && !/^[| -]+$/.test(line))
    .map((line) => line.replace(/\s*\|\s*/g, '|'));

describe('the reference of the HTTP API', () => {
  // `RAPPORT_WRITE_DOCS=1 npm test -- http-api` writes the tables anew.
  const isWriting = process.env['RAPPORT_WRITE_DOCS'] === '1';

  it.each([
    ['limits', limitsTable()],
    ['errors', errorsTable()],
  ])('lists all %s as they are', (name, table) => {
    const page = readFileSync(REFERENCE, 'utf8');
    if (isWriting) writeFileSync(REFERENCE, page.replace(section(name), `$1\n${table}\n\n$2`));
    const written = section(name).exec(readFileSync(REFERENCE, 'utf8'))?.[0] ?? '';
    expect(cells(written)).toEqual(cells(table));
  });
});

describe('the recipes of the HTTP API', () => {
  let rapport: StartedRapport;
  beforeAll(async () => {
    rapport = await startRapport();
  });
  afterAll(() => rapport.close());

  it.each(
    examplesIn(readFileSync(RECIPES, 'utf8')).map(({ command, output }) => [
      command.split('\n')[0],
      command,
      output,
    ]),
  )('%s …', async (_title, command = '', output = '') => {
    const said = await shell(command.replaceAll(URL_SHOWN, rapport.url));
    expect(`${said.trimEnd()}\n`).toMatch(patternOf(output));
  });
});

/** What a command of the shell says. The server runs in this process, so it must not be waited for in one breath. */
function shell(command: string): Promise<string> {
  return new Promise((resolveText, reject) => {
    const child = spawn('sh', ['-c', command], { stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (more: string) => (text += more));
    child.on('error', reject).on('close', () => resolveText(text));
  });
}
