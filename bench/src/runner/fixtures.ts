import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Fixtures } from './bench.js';
import { runTask } from './task.js';

/** Generous: a ledger of 1,000,000 events on a slow machine. */
export const BUILD_TIMEOUT_MS = 30 * 60_000;

/** Generated ledgers in the temporary folder of the machine, shared by the benchmarks of a run. */
export class TemporaryFixtures implements Fixtures {
  private readonly root: string;
  private readonly ledgers = new Map<number, Promise<string>>();

  /** @param keeps leaves the generated ledgers for the next run, and uses those that the last one left */
  constructor(private readonly keeps: boolean) {
    this.root = keeps ? join(tmpdir(), 'rapport-bench') : mkdtempSync(join(tmpdir(), 'rapport-bench-'));
    mkdirSync(this.root, { recursive: true });
  }

  ledger(events: number): Promise<string> {
    let ledger = this.ledgers.get(events);
    if (ledger === undefined) this.ledgers.set(events, (ledger = this.build(events)));
    return ledger;
  }

  folder(name: string): string {
    const folder = join(this.root, name);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
    return folder;
  }

  /** Takes over a ledger that a benchmark has built anyway. */
  adopt(events: number, folder: string): void {
    const dataDir = join(this.root, `ledger-${events}`);
    if (existsSync(dataDir)) return;
    renameSync(folder, dataDir);
    this.ledgers.set(events, Promise.resolve(dataDir));
  }

  remove(): void {
    if (!this.keeps) rmSync(this.root, { recursive: true, force: true });
  }

  private async build(events: number): Promise<string> {
    const dataDir = join(this.root, `ledger-${events}`);
    if (existsSync(dataDir)) return dataDir;
    process.stderr.write(`generating a ledger of ${events.toLocaleString('en')} events\n`);
    const folder = this.folder('ledger-being-built');
    await runTask('build-ledger', { dataDir: folder, events, warmUp: 0 }, BUILD_TIMEOUT_MS);
    renameSync(folder, dataDir);
    return dataDir;
  }
}
