import { queries } from '@rapport/profiles';
import { EXIT, type ExitCode } from '../exit-codes.js';
import type { Invocation } from '../invocation.js';
import { reading, twoBoundsOf, type TwoBoundsGiven } from '../ledger-access/reading.js';
import { writeTable } from '../terminal/table.js';
import { minuteOf, mustBeKnown } from './timeline.run.js';

/** `rapport diff` */
export async function runDiff(
  invocation: Invocation,
  options: TwoBoundsGiven,
  party: string,
): Promise<ExitCode> {
  const { terminal, json } = invocation;
  return reading(invocation, async (ledger) => {
    const { first, second } = await twoBoundsOf(ledger, options);
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
