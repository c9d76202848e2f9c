import { readFile } from 'node:fs/promises';
import { RapportError } from '@rapport/kernel';
import { verifyStore, type StoreVerdict } from '@rapport/profiles';
import { EXIT, type ExitCode } from '../exit-codes.js';
import type { Invocation } from '../invocation.js';
import { configurationFor } from '../ledger-access/opening.js';
import { stageProgress } from '../terminal/stage-progress.js';
import { printable } from '../terminal/terminal.js';

export interface StoreOptions {
  readonly store?: boolean;
  readonly key?: string;
  readonly checkpoint?: string;
  readonly all?: boolean;
}

/** Told of a ledger that is damaged in many places; the rest can be asked for once these are mended. */
const DAMAGES_MAX = 1_000;

const TITLES = { events: 'Verifying events', views: 'Replaying views' } as const;

/** `rapport verify --store` */
export async function runVerifyStore(invocation: Invocation, options: StoreOptions): Promise<ExitCode> {
  const { terminal, json, tenant, signal } = invocation;
  const bars = stageProgress(invocation);
  let verdict: StoreVerdict;
  try {
    verdict = await verifyStore({
      ...configurationFor(invocation),
      tenant,
      signal,
      onProgress: (stage, done, total) =>
        bars.update(TITLES[stage], done, total, `${done} of ${total} events`),
      ...(options.all === true ? { damagesMax: DAMAGES_MAX } : {}),
      ...(options.key === undefined ? {} : { verifierKey: await keyIn(options.key) }),
      ...(options.checkpoint === undefined ? {} : { checkpoint: await readFile(options.checkpoint) }),
    });
  } finally {
    await bars.stop();
  }
  if (json) await terminal.json(shownOf(verdict));
  else for (const line of linesOf(verdict)) await terminal.line(printable(line));
  return isWhole(verdict) ? EXIT.ok : EXIT.refused;
}

const isWhole = ({ events, fileProblems, views }: StoreVerdict): boolean =>
  events.damages.length === 0 && fileProblems.length === 0 && views?.damage === undefined;

function linesOf(verdict: StoreVerdict): readonly string[] {
  const { tenant, events, head, fileProblems, views } = verdict;
  const read = `read: ${events.events} events, ${events.bytes} bytes of them${views === undefined ? '' : `, ${views.documents} documents and entries of views`}`;
  const headLine =
    head === undefined
      ? 'head: nothing was signed yet, or the key folder is elsewhere (--keys): a lost end would not show'
      : `head: ${head.size} events are those that were signed by ${head.verifierKey}`;
  if (!isWhole(verdict))
    return [
      ...events.damages.map(({ kind, message }) => `damaged (${kind}): ${message}`),
      ...fileProblems.map((problem) => `damaged (file): ${problem}`),
      ...(views?.damage === undefined ? [] : [`damaged (view): ${views.damage.message}`]),
      read,
    ];
  return [
    `whole: every event of ${tenant} is what was sealed, and the log's tree is that of its leaves`,
    headLine,
    views?.notCompared === undefined
      ? `views: what they say is what the ledger says, up to position ${views?.position}`
      : `views: not compared, ${views.notCompared}`,
    read,
  ];
}

function shownOf(verdict: StoreVerdict): object {
  const { head, events } = verdict;
  return {
    whole: isWhole(verdict),
    ...verdict,
    events: { ...events, root: events.root && Buffer.from(events.root).toString('base64') },
    head: head && { size: head.size, verifierKey: head.verifierKey },
  };
}

/** A verifier key as it is, or a file that holds it. */
async function keyIn(given: string): Promise<string> {
  if (given.includes('+')) return given;
  return (await readFile(given, 'utf8')).trim();
}

export const nothingToVerify = (): RapportError =>
  new RapportError(
    'INVALID_QUERY',
    'Say what to verify: --store for a data folder, or one of receipt, log, checkpoint (see `rapport verify --help`).',
  );
