import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { sqliteKeyStore } from '@rapport/store-sqlite';
import { rapport, serveCommand, type ServedCommand } from '../cli/rapport-command.js';
import { ask, at, linesOf, listAt, membersAt, post } from '../e2e/talk.js';
import { CANARY, filesHolding, planted, plantedCorrection, plantedCount } from './planted.js';

jest.setTimeout(300_000);

const folder = mkdtempSync(join(tmpdir(), 'rapport-canaries-'));
const dataDir = join(folder, 'data');
const keysDir = join(folder, 'secrets');
const backup = join(folder, 'backup');
const ERASED = `${CANARY}-erased`;
const BYSTANDER = `${CANARY}-bystander`;

let server: ServedCommand;
const serve = async (): Promise<void> => {
  server = await serveCommand(dataDir, 0, ['--no-sample', '--log', '--keys', keysDir]);
};
const command = (...args: readonly string[]) => rapport([...args, '--data', dataDir, '--keys', keysDir]);
const opened = async (): Promise<string> =>
  (await ask(`${server.url}/v1/events?personal=true&limit=1000`)).text;

/** Everything that the server answers, but for what opens personal values. */
async function everyAnswer(): Promise<string> {
  const document = (await ask(`${server.url}/openapi.json`)).body;
  const paths = Object.entries(document['paths'] as Record<string, object>)
    .filter(([path, methods]) => 'get' in methods && !/live|personal-data/.test(path))
    .map(([path]) => path);
  const names = {
    view: membersAt('name', (await ask(`${server.url}/v1/views`)).body, 'items').map(String),
    name: membersAt('name', (await ask(`${server.url}/v1/analyses`)).body, 'items').map(String),
    position: ['3', '9', '20'],
    type: ['rapport.inquiry.InquiryReceived.v1'],
    category: ['relationship'],
  };
  const texts: string[] = [];
  const answered: string[] = [];
  for (const path of paths) {
    const parameter = Object.keys(names).find((name) => path.includes(`{${name}}`)) as keyof typeof names;
    for (const value of parameter === undefined ? [''] : names[parameter]) {
      const address = path.replace(`{${parameter}}`, value).replace(/\{[a-z]+\}/gi, 'c-1');
      const { status, text } = await ask(`${server.url}${address}`);
      texts.push(text);
      if (status === 200) answered.push(address);
    }
  }
  expect(answered.length).toBeGreaterThan(25);
  for (const accept of ['application/x-ndjson', 'application/json'])
    texts.push((await ask(`${server.url}/v1/events`, { headers: { accept } })).text);
  return texts.join('\n');
}

/** Everything that commands say, but for what opens personal values. */
async function everyCommand(): Promise<string> {
  const lines = [
    'timeline c-1',
    'timeline c-1 --tree --json',
    'timeline c-1 --known-at 9',
    'loyalty c-1 --json',
    'export events',
    'export events --format cloudevents',
    'export events --format csv',
    'export view relationship-360',
    'export view signals --format csv',
    'export referrals',
    'views status',
    'doctor',
    'erase c-1 --basis request --dry-run',
  ];
  const texts: string[] = [];
  for (const line of lines) {
    const { stdout, stderr, code } = await command(...line.split(' '));
    expect([line, code, stderr]).toEqual([line, 0, expect.any(String)]);
    texts.push(stdout, stderr);
  }
  return texts.join('\n');
}

const rebuildAll = async (): Promise<void> => {
  for (const view of membersAt('name', (await ask(`${server.url}/v1/views`)).body, 'items'))
    expect(
      (await ask(`${server.url}/v1/views/${String(view)}/rebuild`, { method: 'POST' })).status,
    ).toBeLessThan(300);
};

beforeAll(serve);
afterAll(async () => {
  await server.kill();
  rmSync(folder, { recursive: true, force: true });
});

describe('planted personal values', () => {
  let wrapped: readonly Buffer[];

  it('are taken from every kind that has any, early and late corrections among them', async () => {
    const batches = [
      [plantedCorrection('c-1', 'SurveyAnswered', 'erased-early')],
      planted('c-1', 'erased-one'),
      planted('c-2', 'erased-two'),
      planted('c-3', 'bystander'),
      [plantedCorrection('c-1', 'ComplaintReceived', 'erased-late')],
      [
        {
          ...plantedCorrection('c-1', 'SurveyAnswered', ''),
          ...{ id: 'merge', type: 'rapport.party.PartiesMerged.v1', correctsid: undefined },
          data: { absorbed: 'c-2', basis: 'same person' },
        },
      ],
    ];
    for (const batch of batches) {
      const { body } = await post(`${server.url}/v1/events`, batch, 'application/cloudevents-batch+json');
      expect(listAt(body, 'outcomes').filter(({ status }) => status !== 'recorded')).toEqual([]);
    }
    expect((await opened()).split(CANARY)).toHaveLength(3 * plantedCount + 2 + 1);
  });

  it('stand in no file, not after a kill either', async () => {
    expect(filesHolding(folder, CANARY)).toEqual([]);
    await server.kill();
    expect(filesHolding(folder, CANARY)).toEqual([]);
    await serve();
  });

  it('stand in no answer, no log line, no metric, no error and no command that was not asked for them', async () => {
    await rebuildAll();
    const refusals = [
      await post(`${server.url}/v1/events`, `{"id":"${CANARY}"`),
      await post(`${server.url}/v1/events`, {
        ...planted('c-1', 'erased-three')[0],
        id: 'bad',
        data: { idType: 'email', value: [CANARY] },
      }),
      await post(`${server.url}/v1/events`, { ...planted('c-1', 'other')[0] }), // same id, other value
    ];
    expect(refusals.map(({ status }) => status)).toEqual([400, 400, 409]);
    for (const text of [
      await everyAnswer(),
      await everyCommand(),
      ...refusals.map((refusal) => refusal.text),
    ])
      expect(text).not.toContain(CANARY);
    expect(server.said()).not.toContain(CANARY);
    expect(filesHolding(folder, CANARY)).toEqual([]);
  });

  it('are gone once their person is erased, whatever comes: kill, rebuild, restart', async () => {
    const store = sqliteKeyStore({ file: join(dataDir, 'main', 'keys.db'), tenant: 'main', readOnly: true });
    wrapped = (await store.active(undefined, 10)).flatMap(({ person, wrapped: bytes }) =>
      person === 'c-3' ? [] : [Buffer.from(bytes)],
    );
    await store.close();
    expect(wrapped).toHaveLength(2);
    expect(filesHolding(dataDir, wrapped[0] as Buffer)).toHaveLength(1);
    expect(await server.interrupt()).toBe(0);
    cpSync(dataDir, backup, { recursive: true });
    await serve();

    const receipt = await command('erase', 'c-2', '--basis', 'request of the party', '--json');
    expect([receipt.code, receipt.stderr]).toEqual([0, '']);
    const persons = listAt(JSON.parse(receipt.stdout), 'persons');
    expect(persons.map(({ person }) => person)).toEqual(['c-1', 'c-2']);
    expect(persons.reduce((sum, { parts }) => sum + Number(parts), 0)).toBe(2 * plantedCount + 2);
    await server.kill();
    for (const bytes of wrapped) expect(filesHolding(dataDir, bytes)).toEqual([]);
    await serve();
    await rebuildAll();
    expect(await everyAnswer()).not.toContain(CANARY);
    expect(await opened()).not.toContain(ERASED);
    expect((await opened()).split(BYSTANDER)).toHaveLength(plantedCount + 1);
    const exported = await ask(`${server.url}/v1/parties/c-2/personal-data`);
    expect(exported.text).not.toContain(CANARY);
    expect(at(exported.body, 'persons')).toEqual(['c-1', 'c-2']);
    const other = await command('person', 'export', 'c-3', '--out', join(folder, 'c-3.json'));
    expect(other.code).toBe(0);
    expect(readFileSync(join(folder, 'c-3.json'), 'utf8').split(BYSTANDER)).toHaveLength(plantedCount + 1);
    expect(await server.interrupt()).toBe(0);
  });

  it('stay gone when the keys are restored from an older backup', async () => {
    cpSync(join(backup, 'main', 'keys.db'), join(dataDir, 'main', 'keys.db'));
    rmSync(join(keysDir, 'main'), { recursive: true }); // only the ledger tells of the erasure
    await staysGone();
  });

  it('stay gone when the whole data folder is restored from an older backup', async () => {
    rmSync(dataDir, { recursive: true });
    cpSync(backup, dataDir, { recursive: true });
    await staysGone(); // only the journal beside the secrets tells of it
    const check = await command('doctor');
    expect(check.stdout).toMatch(/mend {2}main: keys: 2 erasures were cut off/);
    expect((await command('erase', 'c-1', '--basis', 'request of the party')).code).toBe(0);
    expect((await command('doctor')).stdout).toContain('1 keys of persons open; 2 persons erased.');
  });

  /** For readers, which change nothing, and after the folder was opened for writing, in every byte. */
  async function staysGone(): Promise<void> {
    const read = await command('export', 'events', '--personal');
    expect(read.stdout).not.toContain(ERASED);
    expect(read.stdout.split(BYSTANDER)).toHaveLength(plantedCount + 1);
    expect(linesOf(read.stdout).filter(({ erased }) => erased !== undefined)).not.toEqual([]);
    await serve();
    expect(await opened()).not.toContain(ERASED);
    for (const bytes of wrapped) expect(filesHolding(dataDir, bytes)).toEqual([]);
    expect(await server.interrupt()).toBe(0);
  }
});
