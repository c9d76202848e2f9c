import type { LogReader } from '../tiles/log-reader.js';
import { UsageError } from './usage.js';

/** The files of the machine, as far as a verifier needs them. */
export interface Files {
  /**
   * The whole content of a file, or undefined when it is not there.
   * @throws Refusal `too-large` instead of reading more than `bytesMax`
   */
  read(path: string, bytesMax: number): Uint8Array | undefined;
  /** The files of an exported log. */
  folder(path: string): LogReader;
}

/** Files that count what is read of them, so that no answer can leave it out. */
export class CountedFiles {
  private files = 0;
  private bytes = 0;

  constructor(private readonly source: Files) {}

  /** @throws UsageError when the file is not there */
  read(path: string, bytesMax: number): Uint8Array {
    const content = this.source.read(path, bytesMax);
    if (content === undefined) throw new UsageError(`there is no file ${path}`);
    this.count(content);
    return content;
  }

  folder(path: string): LogReader {
    const reader = this.source.folder(path);
    return {
      read: (name, bytesMax) => {
        const content = reader.read(name, bytesMax);
        if (content !== undefined) this.count(content);
        return content;
      },
    };
  }

  /** @example '2 files, 815 bytes' */
  summary(): string {
    return `${this.files} files, ${this.bytes} bytes`;
  }

  private count(content: Uint8Array): void {
    this.files++;
    this.bytes += content.length;
  }
}
