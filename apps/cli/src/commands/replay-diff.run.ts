import type { queries } from '@rapport/profiles';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { writeItems } from '../export/write-items.js';
import type { Invocation } from '../invocation.js';
import type { Ledger } from '../ledger-access/ledger.js';
import {
  pageOf,
  reading,
  twoBoundsOf,
  type PageGiven,
  type TwoBoundsGiven,
} from '../ledger-access/reading.js';
import { recordViewing } from '../ledger-access/viewing.js';
import { progress } from '../terminal/progress.js';
import { jsonText, printable } from '../terminal/terminal.js';
import { viewNamed } from './replay.run.js';

interface ReplayDiffOptions extends TwoBoundsGiven, PageGiven, queries.ViewingGiven {
  readonly out?: string;
}

type Diff = Awaited<ReturnType<Ledger['replayDiffPage']>>;
type Change = Diff['value']['items'][number];

/** `rapport replay diff` */
export async function runReplayDiff(
  invocation: Invocation,
  options: ReplayDiffOptions,
  viewName: string,
  key?: string,
): Promise<ExitCode> {
  const { terminal, json, signal } = invocation;
  const page = pageOf(options);
  return reading(invocation, async (ledger) => {
    const view = viewNamed(ledger, viewName);
    const given = await twoBoundsOf(ledger, options);
    const at = await ledger.replayDiff(view.name, given.first, given.second);
    const first = { ...given.first, knownAt: at.first.position };
    const second = { ...given.second, knownAt: at.second.position };
    const scope = `difference of ${view.name} from position ${first.knownAt} to ${second.knownAt}`;
    await recordViewing(invocation, options, { key, scope });
    if (page !== undefined) {
      const sides = page.after === undefined ? { first, second } : given;
      const answer = await ledger.replayDiffPage(view.name, sides.first, sides.second, { ...page, key });
      if (json) await terminal.json(answer);
      else {
        for (const change of answer.value.items) await terminal.write(textOf(change));
        if (answer.value.next !== undefined) terminal.note(`There is more: add --after ${answer.value.next}`);
      }
      return EXIT.ok;
    }
    const asLines = json || options.out !== undefined;
    const isShownHere = key !== undefined || (options.out === undefined && terminal.width !== undefined);
    const bar = await progress(terminal, `Comparing ${view.name}`, 0, isShownHere);
    const onProgress = (done: number, total: number): void => bar.update(done, `${done} keys`, total);
    try {
      const { value } = await ledger.replayDiff(view.name, first, second, { key, signal, onProgress });
      const count = await writeItems(invocation, value, {
        path: options.out,
        textOf: asLines ? (change) => `${jsonText(change)}\n` : textOf,
      });
      const differ =
        count === 0
          ? 'Nothing differs'
          : count === 1
            ? 'One document or entry differs'
            : `${count} documents or entries differ`;
      terminal.note(`${differ} between position ${first.knownAt} and ${second.knownAt}.`);
    } finally {
      bar.stop();
    }
    return EXIT.ok;
  });
}

/** A change for people: what it is about, then its members. */
function textOf(change: Change): string {
  const entry = change.id === undefined ? '' : `  ${change.subject} ${change.source} ${change.id}`;
  const head = `${change.change.padEnd(7)}  ${change.key}${entry}`;
  const said = (value: unknown): string => (value === undefined ? 'nothing' : jsonText(value));
  const members =
    change.change === 'changed'
      ? change.members.map(
          ({ pointer, before, after }) => `         ${pointer}: ${said(before)} -> ${said(after)}`,
        )
      : [`         ${said(change.change === 'added' ? change.after : change.before)}`];
  return [head, ...members].map((line) => `${printable(line)}\n`).join('');
}
