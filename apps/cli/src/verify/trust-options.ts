import type { Command } from 'commander';
import type { Trust } from '@rapport/proof';
import { InvalidOption } from './invalid-option.js';

/** What the options say of whom to trust. */
export interface TrustGiven {
  readonly key?: string;
  readonly policy?: string;
  readonly cosignedSince?: string;
}

/** Adds the options that say whom to trust. */
export const addTrustOptions = (command: Command): Command =>
  command
    .option('--key <key>', "the log's verifier key, <name>+<id>+<base64>, or a file that holds it")
    .option('--policy <file>', 'instead of --key: a C2SP tlog-policy with logs, witnesses and a quorum')
    .option('--cosigned-since <when>', 'count only cosignatures made since this day (UTC) or RFC 3339 time');

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

/** @throws InvalidOption for a day or time that is none */
export function trustOf({ key, policy, cosignedSince }: TrustGiven): Trust {
  return {
    ...(key === undefined ? {} : { key }),
    ...(policy === undefined ? {} : { policy }),
    ...(cosignedSince === undefined ? {} : { cosignedFromSeconds: secondsOf(cosignedSince) }),
  };
}

function secondsOf(text: string): number {
  const ms = DAY.test(text) || TIME.test(text) ? Date.parse(text) : Number.NaN;
  const isDay = DAY.test(text) && !Number.isNaN(ms);
  if (Number.isNaN(ms) || (isDay && new Date(ms).toISOString().slice(0, 10) !== text))
    throw new InvalidOption(
      `--cosigned-since takes a day or an RFC 3339 time, like 2026-01-31 or 2026-01-31T12:00:00Z, not ${text}.`,
    );
  return Math.ceil(ms / 1_000);
}
