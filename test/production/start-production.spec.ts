import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { ROOT } from '../cli/rapport-command.js';
import { freshProduction, serversForTests, type FreshProduction } from './fresh-production.js';
import { until } from './started-process.js';

jest.setTimeout(120_000);
const describeOnServers = (await serversForTests()) === undefined ? describe.skip : describe;

describeOnServers('npm run start:production', () => {
  let production: FreshProduction;
  afterEach(() => production.drop());

  it('starts a server and a worker, and stops both in order', async () => {
    production = await freshProduction({ RAPPORT_DRAIN_MS: '500' });
    const child = spawn(process.execPath, [join(ROOT, 'scripts', 'start-production.mjs'), '--port', '0'], {
      cwd: ROOT,
      env: { ...process.env, NODE_OPTIONS: '', ...production.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ended = new Promise<number | null>((done) => child.once('close', (code) => done(code)));
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (more: string) => (said += more));
    const url = (): string | undefined => /^api .* at (http:\S+) /m.exec(said)?.[1];
    await until('both have started', async () => url() !== undefined && /^worker \| \{"url"/m.test(said));
    expect(await (await fetch(`${url()}/readyz`)).json()).toMatchObject({ ready: true });
    child.kill('SIGINT');
    expect(await ended).toBe(0);
    expect(said).toMatch(/^worker \| ended \(0\)$/m);
    expect(said).toMatch(/^api {4}\| ended \(0\)$/m);
  });
});
