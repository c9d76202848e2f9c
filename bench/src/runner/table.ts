import { cpus, totalmem } from 'node:os';
import { verdictOf, type Bound, type Figure } from './bench.js';
import { rounded } from './statistics.js';

/** The machine that a figure belongs to. */
export const machine = (): Readonly<Record<string, number | string>> => ({
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  memoryGb: Math.round(totalmem() / 1e9),
  platform: `${process.platform} ${process.arch}`,
  node: process.version,
});

/** Figures as a table of text, one line each, with their details below. */
export function tableOf(figures: readonly Figure[]): string {
  const rows = [['benchmark', 'measured', 'must', 'goal', 'reached'], ...figures.map(rowOf)];
  const widths = (rows[0] ?? []).map((_title, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  lines.splice(1, 0, widths.map((width) => '-'.repeat(width)).join('  '));
  const details = figures.map(
    ({ name, detail }) =>
      `${name}: ${Object.entries(detail)
        .map(([what, value]) => `${what} ${shown(value)}`)
        .join(', ')}`,
  );
  return `${[...lines, '', ...details].join('\n')}\n`;
}

function rowOf(figure: Figure): string[] {
  const { name, value, unit, must, goal } = figure;
  return [
    name,
    `${rounded(value)}${unit === 'ratio' ? '' : ` ${unit}`}`,
    boundText(must),
    boundText(goal),
    verdictOf(figure),
  ];
}

const boundText = (bound: Bound): string =>
  'atLeast' in bound ? `>= ${bound.atLeast}` : `<= ${bound.atMost}`;

const shown = (value: number | string): string =>
  typeof value === 'number' ? rounded(value).toLocaleString('en') : value;
