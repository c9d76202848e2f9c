import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { RapportError } from '@rapport/kernel';
import { announceUrl, folderHolder, holdFolder } from './folder-lock.js';

// Another process runs what is compiled, which `npm test` has made ready.
const STORE = new URL('../dist/index.js', import.meta.url).href;

let folder: string;
const children: ChildProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rapport-lock-'));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

/** Another process that takes the folder; resolves with what it says first. */
async function another(script: string): Promise<{ readonly child: ChildProcess; readonly says: string }> {
  const code = `import { announceUrl, folderHolder, holdFolder } from ${JSON.stringify(STORE)}; const folder = process.argv[1]; ${script}`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const says = await new Promise<string>((resolve, reject) => {
    child.stdout?.once('data', (data: Buffer) => resolve(data.toString()));
    child.once('exit', (status) => reject(new Error(`the other process ended with ${status}`)));
  });
  return { child, says };
}

const HOLD =
  "holdFolder(folder); announceUrl(folder, 'http://127.0.0.1:7007'); console.log('held'); setInterval(() => {}, 1000);";

function refusal(): RapportError {
  try {
    holdFolder(folder).release();
  } catch (error) {
    if (error instanceof RapportError) return error;
  }
  throw new Error('expected a refusal');
}

describe('a data folder', () => {
  it('is held by one at a time, also within a process', () => {
    const hold = holdFolder(folder);
    const error = refusal();
    expect(error.code).toBe('LEDGER_IN_USE');
    expect(error.facts).toEqual({ pid: process.pid });
    expect(folderHolder(folder)).toMatchObject({ pid: process.pid });
    hold.release();
    hold.release();
    expect(folderHolder(folder)).toBeUndefined();
    holdFolder(folder).release();
  });

  it('tells the address that its holder announced', () => {
    const hold = holdFolder(folder);
    announceUrl(folder, 'http://127.0.0.1:7007');
    expect(folderHolder(folder)).toMatchObject({ pid: process.pid, url: 'http://127.0.0.1:7007' });
    expect(refusal().facts).toEqual({ pid: process.pid, url: 'http://127.0.0.1:7007' });
    hold.release();
  });

  it('is not held by what a dead process left behind', () => {
    writeFileSync(join(folder, 'owner.json'), JSON.stringify({ pid: 1, since: '2026-01-31T12:00:00.000Z' }));
    expect(folderHolder(folder)).toBeUndefined();
    const hold = holdFolder(folder);
    expect(folderHolder(folder)?.pid).toBe(process.pid);
    hold.release();
    expect(() => announceUrl(folder, 'http://127.0.0.1:7007')).toThrow(RapportError);
  });

  it('is refused while another process holds it, whose pid and address are told', async () => {
    const { child } = await another(HOLD);
    const error = refusal();
    expect(error.code).toBe('LEDGER_IN_USE');
    expect(error.facts).toEqual({ pid: child.pid, url: 'http://127.0.0.1:7007' });
    expect(error.message).toContain(`Process ${child.pid}`);
    expect(folderHolder(folder)).toMatchObject({ pid: child.pid, url: 'http://127.0.0.1:7007' });
  });

  it('is refused to another process while this one holds it', async () => {
    const hold = holdFolder(folder);
    const { says } = await another(
      'try { holdFolder(folder); console.log("held"); } catch (error) { console.log(JSON.stringify([error.code, error.facts.pid, folderHolder(folder).pid])); } setInterval(() => {}, 1000);',
    );
    expect(JSON.parse(says)).toEqual(['LEDGER_IN_USE', process.pid, process.pid]);
    hold.release();
  });

  it('is free again at once when its holder is killed', async () => {
    const { child } = await another(HOLD);
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
    expect(folderHolder(folder)).toBeUndefined();
    const hold = holdFolder(folder);
    expect(folderHolder(folder)).toMatchObject({ pid: process.pid });
    expect(JSON.parse(readFileSync(join(folder, 'owner.json'), 'utf8'))).not.toHaveProperty('url');
    hold.release();
  });

  it('is held also when nobody remembers what was given for it', async () => {
    const { child } = await another(
      "const { setFlagsFromString } = await import('node:v8'); setFlagsFromString('--expose-gc'); const gc = (await import('node:vm')).runInNewContext('gc'); (() => { holdFolder(folder); })(); setTimeout(() => { gc(); gc(); setTimeout(() => console.log('held'), 50); }, 50); setInterval(() => {}, 1000);",
    );
    expect(folderHolder(folder)?.pid).toBe(child.pid);
  });

  it('is not taken from its holder by many who look', async () => {
    const { child } = await another(HOLD);
    const lookers = await Promise.all(
      Array.from({ length: 3 }, () =>
        another(
          'for (let i = 0; i < 200; i++) folderHolder(folder); console.log(folderHolder(folder).pid); setInterval(() => {}, 1000);',
        ),
      ),
    );
    for (const { says } of lookers) expect(Number(says)).toBe(child.pid);
  });

  it('cannot be held where there is no folder', () => {
    folder = join(folder, 'missing');
    expect(() => holdFolder(folder)).toThrow(RapportError);
    expect(folderHolder(folder)).toBeUndefined();
  });
});
