/** Files of a log, as C2SP tlog-tiles lays them out. */
export interface LogReader {
  /**
   * The whole content of a file, or undefined when it is not there.
   * @param bytesMax a longer file MUST be refused unread. @throws Refusal `too-large`
   */
  read(path: string, bytesMax: number): Uint8Array | undefined;
}

/** As {@link LogReader}, for files that have to be waited for: those of a server, or of a disk that others wait for too. */
export interface LaterLogReader {
  read(path: string, bytesMax: number): Promise<Uint8Array | undefined>;
}

/** A file that is needed, at most so long. */
export interface FileRequest {
  readonly path: string;
  readonly bytesMax: number;
}

/**
 * Work on a log that has to read files: it yields what it needs and is given the content, undefined for a file that is
 * not there. So one pure function serves the files at hand and those of a server.
 */
export type FileReads<T> = Generator<FileRequest, T, Uint8Array | undefined>;

/**
 * Runs work over files that are at hand.
 * @example readFiles(consistencyFromTiles(100, 300), reader)
 */
export function readFiles<T>(work: FileReads<T>, reader: LogReader): T {
  let step = work.next();
  while (step.done !== true) {
    let content: Uint8Array | undefined;
    try {
      content = reader.read(step.value.path, step.value.bytesMax);
    } catch (error) {
      step = work.throw(error); // a refused file is for the work to judge
      continue;
    }
    step = work.next(content);
  }
  return step.value;
}

/**
 * Runs work over files that have to be waited for.
 * @example await readFilesLater(consistencyFromTiles(100, 300), server)
 */
export async function readFilesLater<T>(work: FileReads<T>, reader: LaterLogReader): Promise<T> {
  let step = work.next();
  while (step.done !== true) {
    let content: Uint8Array | undefined;
    try {
      content = await reader.read(step.value.path, step.value.bytesMax);
    } catch (error) {
      step = work.throw(error);
      continue;
    }
    step = work.next(content);
  }
  return step.value;
}
