import { Refusal } from '../refusal.js';
import type { LaterLogReader } from '../tiles/log-reader.js';
import type { Finding, Read } from './finding.js';
import { UnusableInput } from './unusable-input.js';

/** The files of the machine, or of a server, as far as a verifier needs them. */
export interface Files {
  /**
   * The whole content of a file, or undefined when it is not there.
   * @throws Refusal `too-large` instead of reading more than `bytesMax`
   */
  read(path: string, bytesMax: number): Promise<Uint8Array | undefined>;
  /** The files of an exported log. */
  folder(path: string): LaterLogReader;
}

/** Files that count what is read of them, so that no answer can leave it out. */
export class CountedFiles {
  private files = 0;
  private bytes = 0;

  constructor(private readonly source: Files) {}

  /** @throws UnusableInput when the file is not there */
  async read(path: string, bytesMax: number): Promise<Uint8Array> {
    const content = await this.source.read(path, bytesMax);
    if (content === undefined) throw new UnusableInput('not-found', `there is no file ${path}`);
    this.count(content);
    return content;
  }

  folder(path: string): LaterLogReader {
    const reader = this.source.folder(path);
    return {
      read: async (name, bytesMax) => {
        const content = await reader.read(name, bytesMax);
        if (content !== undefined) this.count(content);
        return content;
      },
    };
  }

  counts(): Read {
    return { files: this.files, bytes: this.bytes };
  }

  /** Carries out a check; a refusal becomes its finding. */
  async finding(check: () => Promise<Finding>): Promise<Finding> {
    try {
      return await check();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { proven: false, damage: error.code, said: error.message, read: this.counts() };
    }
  }

  private count(content: Uint8Array): void {
    this.files++;
    this.bytes += content.length;
  }
}
