import { viewBytes, type Costs } from './costs.js';
import { limitsOf, loadOf, type Scenario } from './model.js';
import { simulateDay } from './simulate.js';

const SIZES = [1e4, 1e6, 1e9] as const;
const FIRM = { eventsPerRelationship: 20, years: 2 } satisfies Omit<Scenario, 'relationships'>;
const DAY = { peakFactor: 2, campaignFactor: 50 };
const WITHIN = { rebuildHours: 24, verifyHours: 24, bytes: 4e12, coreShare: 0.5, rfmSeconds: 60 };

/** Everything that was measured and computed, as tables in Markdown. */
export function reportOf(costs: Costs, inEventStoreDb: number | undefined): string {
  const dearestFirst = costs.views.toSorted((a, b) => b.micros - a.micros);
  return [
    `Measured on ${whole(costs.events)} events of ${whole(costs.relationships)} relationships (${process.version}, ${process.arch}):`,
    table(
      ['for each event', 'bytes', 'CPU, µs'],
      [
        ['JSON text of the event', whole(costs.bodyBytes), ''],
        ['in `ledger.db`, with its leaf', whole(costs.ledgerBytes), ''],
        ...(inEventStoreDb === undefined ? [] : [['in the log of EventStoreDB', whole(inEventStoreDb), '']]),
        ['in all views of `views.db`', whole(viewBytes(costs)), ''],
        ['recorded, sealed and live in all views', '', whole(costs.recordedAndViewedMicros)],
        ['all views built anew', '', whole(costs.allViewsMicros)],
        ['everything verified', '', whole(costs.verifiedMicros)],
        ['analysis of everybody (for each relationship)', '', costs.rfmMicrosPerRelationship.toFixed(1)],
        ['key of a person (for each relationship)', whole(costs.keyBytesPerRelationship), ''],
      ],
    ),
    table(
      ['view, built alone', 'bytes an event', 'CPU, µs an event'],
      [
        ...dearestFirst.map(({ view, bytes, micros }) => [view, whole(bytes), micros.toFixed(1)]),
        ['(index from keys to events)', whole(costs.historyBytes), ''],
      ],
    ),
    `Computed for ${FIRM.eventsPerRelationship} events a relationship over ${FIRM.years} years:`,
    table(
      [
        'relationships',
        'events',
        'events/s',
        'events on disk',
        'views on disk',
        'of one core',
        'views anew, core hours',
        'all verified, core hours',
        'rfm, core seconds',
      ],
      SIZES.map((relationships) => {
        const load = loadOf(costs, { ...FIRM, relationships });
        return [
          whole(relationships),
          whole(load.events),
          short(load.eventsPerSecond),
          size(load.ledgerBytes),
          size(load.viewsBytes),
          `${short(load.coreShare * 100)} %`,
          short(load.rebuildHours),
          short(load.verifyHours),
          short(load.rfmSeconds),
        ];
      }),
    ),
    'The first limit that one tenant meets:',
    table(
      ['limit', 'relationships'],
      limitsOf(costs, FIRM, WITHIN).map(({ what, relationships }) => [what, short(relationships)]),
    ),
    `A day with a peak of ${DAY.peakFactor} times the average and a campaign of ${DAY.campaignFactor} times it for an hour, before one projector:`,
    table(
      ['relationships', 'events/s on average', 'at most behind', 'more than a second behind for'],
      SIZES.map((relationships) => {
        const { eventsPerSecond } = loadOf(costs, { ...FIRM, relationships });
        const { secondsMax, behindSeconds } = simulateDay(
          { eventsPerSecond, ...DAY },
          1e6 / costs.recordedAndViewedMicros,
        );
        return [
          whole(relationships),
          short(eventsPerSecond),
          `${whole(secondsMax)} s`,
          `${whole(behindSeconds / 60)} min`,
        ];
      }),
    ),
  ].join('\n\n');
}

const whole = (number: number): string => Math.round(number).toLocaleString('en-US');

function size(bytes: number): string {
  const units = ['kB', 'MB', 'GB', 'TB'];
  let [value, unit] = [bytes / 1e3, 0];
  for (; value >= 1_000 && unit < units.length - 1; unit++) value /= 1_000;
  return `${short(value)} ${units[unit]}`;
}

/** Two digits that mean something. */
const short = (number: number): string => {
  const rounded = Number(number.toPrecision(2));
  return rounded >= 1 ? rounded.toLocaleString('en-US') : String(rounded);
};

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
