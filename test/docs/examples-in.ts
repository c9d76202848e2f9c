/** A command of a document with the output it promises. */
export interface Example {
  readonly command: string;
  readonly output: string;
  /** JSON may be laid out otherwise than shown. */
  readonly isJson: boolean;
}

const FENCE = /^```(sh|text|json)\n([\s\S]*?)^```$/gm;

/**
 * The commands of a Markdown document (fenced as `sh`), each with the output fenced after it (as `text` or `json`).
 * @throws Error for a command without output: what a document promises must be checked
 */
export function examplesIn(markdown: string): readonly Example[] {
  const examples: Example[] = [];
  let command: string | undefined;
  for (const [, language, content = ''] of markdown.matchAll(FENCE)) {
    if (language === 'sh') {
      if (command !== undefined) throw new Error(`no output follows: ${command}`);
      command = content.trimEnd();
    } else if (command !== undefined) {
      examples.push({ command, output: content.trimEnd(), isJson: language === 'json' });
      command = undefined;
    }
  }
  if (command !== undefined) throw new Error(`no output follows: ${command}`);
  return examples;
}

/** A pattern for an output as documented: `…` stands for anything within a line; alone on a line, for any lines. */
export function patternOf(output: string): RegExp {
  const lines = output.split('\n').map((line) =>
    line === '…'
      ? '(?:.*\n)*'
      : `${line
          .split('…')
          .map((text) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
          .join('.*')}\n`,
  );
  return new RegExp(`^${lines.join('')}$`);
}

/** JSON in one layout, so that only what it says is compared. */
export const laidOut = (json: string): string => JSON.stringify(JSON.parse(json), null, 2);
