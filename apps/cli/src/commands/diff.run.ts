import { queries } from '@rapport/profiles';
import { EXIT, type ExitCode } from '../exit-codes.js';
import type { Invocation } from '../invocation.js';
import { boundsOf, reading } from '../ledger-access/reading.js';
import { writeTable } from '../terminal/table.js';
import { minuteOf, mustBeKnown } from './timeline.run.js';

interface DiffOptions {
  readonly fromAsOf?: string;
  readonly fromKnownAt?: string;
  readonly toAsOf?: string;
  readonly toKnownAt?: string;
}

/** `rapport diff` */
export async function runDiff(
  invocation: Invocation,
  options: DiffOptions,
  party: string,
): Promise<ExitCode> {
  const { terminal, json } = invocation;
  return reading(invocation, async (ledger) => {
    const first = await boundsOf(ledger, given(options.fromAsOf, options.fromKnownAt));
    const second = await boundsOf(ledger, given(options.toAsOf, options.toKnownAt));
    const answer = await queries.timelineDiff(ledger, party, first, second);
    const { changes, unchanged } = answer.value;
    if (changes.length === 0 && unchanged === 0) await mustBeKnown(ledger, party, {});
    if (json) {
      await terminal.json(answer);
      return EXIT.ok;
    }
    const rows = changes.map(({ change, before, after }) => {
      const touchpoint = after ?? before;
      const was =
        change === 'corrected' && before !== undefined && before.headline !== after?.headline
          ? ` (was: ${before.headline})`
          : '';
      return [
        change,
        minuteOf(touchpoint?.time ?? ''),
        minuteOf(touchpoint?.recordedat ?? ''),
        touchpoint?.kind ?? '',
        `${touchpoint?.headline ?? ''}${was}`,
      ];
    });
    await writeTable(
      terminal,
      [
        { title: 'change' },
        { title: 'time' },
        { title: 'recorded' },
        { title: 'kind' },
        { title: 'touchpoint' },
      ],
      rows,
      'Nothing differs.',
    );
    terminal.note(`${changes.length} changes, ${unchanged} touchpoints unchanged.`);
    return EXIT.ok;
  });
}

const given = (asOf: string | undefined, knownAt: string | undefined) => ({
  ...(asOf === undefined ? {} : { asOf }),
  ...(knownAt === undefined ? {} : { knownAt }),
});
