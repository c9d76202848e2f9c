import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canonicalJson, type Json, type JsonObject } from '@rapport/kernel';
import type { CheckedBundle, Ledger, Question } from '@rapport/ledger';
import { openEmbedded, proveQuestion, verifyBundle } from '@rapport/profiles';
import { logPolicy } from '@rapport/proof';

/** A data folder with one tenant, whose answers are proven. */
export class ProvenLedger {
  readonly dataDir = mkdtempSync(join(tmpdir(), 'rapport-prove-'));

  constructor(readonly tenant = 'main') {}

  /** Records touchpoints; fails when one is not recorded. */
  async record(...touchpoints: readonly JsonObject[]): Promise<void> {
    await this.use(async (ledger) => {
      for (const outcome of await ledger.record(touchpoints))
        if (outcome.status === 'rejected') throw new Error(outcome.rejection.message);
    });
  }

  async use<T>(work: (ledger: Ledger) => Promise<T>): Promise<T> {
    const rapport = await openEmbedded({ dataDir: this.dataDir, projector: 'inline' });
    try {
      const ledger = await rapport.ledger(this.tenant);
      await ledger.waitFor((await ledger.head()).position, 20_000);
      return await work(ledger);
    } finally {
      await rapport.close();
    }
  }

  async prove(question: Question): Promise<Bundle> {
    const { lines } = await proveQuestion({ dataDir: this.dataDir }, this.tenant, question);
    return Bundle.of(lines.join(''), this.verifierKey);
  }

  get verifierKey(): string {
    return readFileSync(join(this.dataDir, '.keys', this.tenant, 'log.pub'), 'utf8').trim();
  }

  remove(): void {
    rmSync(this.dataDir, { recursive: true, force: true });
  }
}

/** A line of a bundle, as a spec changes it. */
export type Line = Record<string, Json>;

/** A member of a line as text. */
export function textOf(line: Line, member: string): string {
  const value = line[member];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** A bundle, and what becomes of it in other hands. */
export class Bundle {
  private constructor(
    readonly text: string,
    readonly verifierKey: string,
  ) {}

  static readonly of = (text: string, verifierKey: string): Bundle => new Bundle(text, verifierKey);

  get lines(): Line[] {
    return this.text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Line);
  }

  get header(): Line {
    return this.lines[0] ?? {};
  }

  /** The same bundle after somebody has been at its lines, with a header that declares what is there now. */
  changed(change: (lines: Line[]) => Line[]): Bundle {
    const [header = {}, ...rest] = change(this.lines);
    const texts = rest.map((line) => `${canonicalJson(line)}\n`);
    const counts = {
      keys: rest.filter((line) => 'key' in line).length,
      events: rest.filter((line) => 'leaf' in line).length,
      secrets: rest.filter((line) => 'secret' in line).length,
      bytes: texts.reduce((sum, line) => sum + Buffer.byteLength(line), 0),
    };
    return this.withText([`${canonicalJson({ ...header, ...counts })}\n`, ...texts].join(''));
  }

  withText(text: string): Bundle {
    return new Bundle(text, this.verifierKey);
  }

  verify(verifierKey = this.verifierKey): Promise<CheckedBundle> {
    return verifyBytes(Buffer.from(this.text), verifierKey);
  }

  /** Why it is refused, as `check: message`; `accepted` when it is not. */
  async refusal(verifierKey = this.verifierKey): Promise<string> {
    return refusalOf(this.verify(verifierKey));
  }
}

export const verifyBytes = (bytes: Uint8Array, verifierKey: string): Promise<CheckedBundle> =>
  verifyBundle(inChunks(bytes), logPolicy(verifierKey));

/** Why a check was refused. Whatever else was thrown is thrown on: a verifier must not break. */
export async function refusalOf(checking: Promise<unknown>): Promise<string> {
  try {
    await checking;
    return 'accepted';
  } catch (error) {
    const { code, facts, message } = error as { code?: string; facts?: { check?: string }; message: string };
    if (code !== 'BUNDLE_REFUSED') throw error;
    return `${facts?.check}: ${message}`;
  }
}

async function* inChunks(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 10_000) yield bytes.subarray(at, at + 10_000);
}
