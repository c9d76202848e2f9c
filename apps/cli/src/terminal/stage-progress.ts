import type { Invocation } from '../invocation.js';
import { progress, type Progress } from './progress.js';

/** Shows how far work of several stages has come, one bar after the other. */
export interface StageProgress {
  /** @param title of the stage; another one begins another bar @param said what to add, like what was counted */
  readonly update: (title: string, done: number, total: number, said: string) => void;
  readonly stop: () => Promise<void>;
}

/** Bars of stages; where output is for programs nothing is shown. */
export function stageProgress({ terminal, json }: Pick<Invocation, 'terminal' | 'json'>): StageProgress {
  let shown: string | undefined;
  let bar: Progress | undefined;
  let turn: Promise<void> = Promise.resolve();
  return {
    update: (title, done, total, said) => {
      if (shown !== title) {
        shown = title;
        turn = turn.then(async () => {
          bar?.stop();
          bar = await progress(terminal, title, total, json);
        });
      }
      bar?.update(done, said);
    },
    stop: async () => {
      await turn;
      bar?.stop();
    },
  };
}

const COPY_TITLES = { copy: 'Copying', verify: 'Verifying', hash: 'Reading' } as const;
const MEBIBYTE = 1_048_576;

/** Tells how far a backup or a restore has come. */
export const copyStages =
  (bars: StageProgress) =>
  (stage: keyof typeof COPY_TITLES, what: string, done: number, total: number): void =>
    bars.update(
      `${COPY_TITLES[stage]} ${what}`,
      done,
      total,
      stage === 'verify'
        ? `${done} of ${total} events`
        : `${Math.round(done / MEBIBYTE)} of ${Math.round(total / MEBIBYTE)} MiB`,
    );
