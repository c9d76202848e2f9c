import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import type { ImportProblem } from './run-import.js';

/** Takes the rows that were not recorded, as they stand in the file, so that they can be mended and imported again. */
export interface RejectsFile {
  readonly add: (problem: ImportProblem, header: string | undefined) => Promise<void>;
  readonly close: () => Promise<void>;
}

/**
 * Writes the rows to `path` (with the file's header line, each row once) and why to `<path>.reasons.jsonl`.
 */
export function rejectsFile(path: string): RejectsFile {
  const rows = createWriteStream(path);
  const reasons = createWriteStream(`${path}.reasons.jsonl`);
  const written = new Set<number>();
  let headed = false;
  const put = async (stream: NodeJS.WritableStream, line: string): Promise<void> => {
    if (!stream.write(`${line}\n`)) await once(stream, 'drain');
  };
  return {
    add: async (problem, header) => {
      if (!headed && header !== undefined) await put(rows, header);
      headed = true;
      for (const row of problem.rows) {
        if (written.has(row.line)) continue;
        written.add(row.line);
        await put(rows, row.text);
      }
      await put(
        reasons,
        JSON.stringify({ line: problem.rows[0]?.line ?? 0, code: problem.code, message: problem.message }),
      );
    },
    close: async () => {
      rows.end();
      reasons.end();
      await Promise.all([finished(rows), finished(reasons)]);
    },
  };
}
