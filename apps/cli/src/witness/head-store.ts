import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  NOTE_BYTES_MAX,
  openCheckpoint,
  readLocalFile,
  Refusal,
  type NoteVerifier,
  type TreeHead,
} from '@rapport/proof';
import { createDurably, replaceDurably } from './durable-file.js';

/** Heads that stay, so that a log that shows one of them in another form is found out. */
const HEADS_KEPT = 64;
const HEAD = /^\d{12}$/;

/** State that cannot be trusted: to go on as if nothing had been countersigned would be to forget. */
export class StateDamaged extends Error {
  override readonly name = 'StateDamaged';
  readonly code = 'STORE_CORRUPT';
}

/** A head that was accepted. */
export interface KeptHead {
  /** 1, 2, 3 … in the order of acceptance. */
  readonly number: number;
  readonly head: TreeHead;
  /** As the log signed it. */
  readonly checkpoint: Uint8Array;
}

/**
 * What a witness has accepted of one log. Each accepted head is a file whose name is the next number, made only if it is
 * not there: of several that decide at once on the same head, in one process or in many, one goes on and the others decide
 * again. The greatest number is the head; nothing is ever written over.
 */
export class HeadStore {
  readonly folder: string;
  private readonly heads: string;

  /** @param state folder of all logs */
  constructor(
    state: string,
    readonly log: NoteVerifier,
  ) {
    this.folder = join(state, originHash(log.name));
    this.heads = join(this.folder, 'heads');
    mkdirSync(this.heads, { recursive: true, mode: 0o700 });
  }

  /**
   * The head accepted last.
   * @throws StateDamaged when it cannot be read
   */
  latest(): KeptHead | undefined {
    for (;;) {
      const number = this.numbers().at(-1);
      if (number === undefined) return undefined;
      const kept = this.kept(number);
      if (kept !== undefined) return kept; // else it was a stray below the head that its maker took away again
    }
  }

  /** An accepted head of this size, if one is still kept. */
  ofSize(size: number): KeptHead | undefined {
    return this.numbers()
      .map((number) => this.kept(number))
      .find((kept) => kept?.head.size === size);
  }

  /**
   * Accepts a head, durably.
   * @param after the number of the head that was decided on; 0 for none
   * @returns false when that is not the head any more: decide again
   */
  keep(after: number, checkpoint: Uint8Array): boolean {
    const number = after + 1;
    if (!createDurably(this.pathOf(number), checkpoint, 0o600)) return false;
    const numbers = this.numbers();
    if (numbers.at(-1) !== number) {
      // Others went on, and what was decided on is gone already.
      rmSync(this.pathOf(number), { force: true });
      return false;
    }
    for (const old of numbers.slice(0, -HEADS_KEPT)) rmSync(this.pathOf(old), { force: true });
    return true;
  }

  /** Publishes a countersigned checkpoint. */
  publish(cosigned: Uint8Array): void {
    replaceDurably(join(this.folder, 'checkpoint'), cosigned);
  }

  /** Keeps what proves a fork; the same one again changes nothing. @returns the folder of the evidence */
  keepEvidence(offered: Uint8Array, files: Readonly<Record<string, Uint8Array>>): string {
    const folder = join(
      this.folder,
      'forks',
      createHash('sha256').update(offered).digest('hex').slice(0, 16),
    );
    mkdirSync(folder, { recursive: true });
    for (const [name, content] of Object.entries(files)) createDurably(join(folder, name), content);
    return folder;
  }

  private kept(number: number): KeptHead | undefined {
    const checkpoint = readLocalFile(this.pathOf(number), NOTE_BYTES_MAX);
    if (checkpoint === undefined) return undefined;
    try {
      return { number, head: openCheckpoint(checkpoint, this.log).checkpoint, checkpoint };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      throw new StateDamaged(
        `${this.pathOf(number)} is not a head that the log signed (${error.message}): restore it from a backup that is not older, or start a new witness with a new key.`,
      );
    }
  }

  private numbers(): readonly number[] {
    return readdirSync(this.heads)
      .filter((name) => HEAD.test(name))
      .map(Number)
      .sort((a, b) => a - b);
  }

  private pathOf(number: number): string {
    return join(this.heads, String(number).padStart(12, '0'));
  }
}

/** The name of a log's folder: SHA-256 of its origin in hexadecimal, as C2SP tlog-witness has it in addresses. */
export const originHash = (origin: string): string => createHash('sha256').update(origin).digest('hex');
