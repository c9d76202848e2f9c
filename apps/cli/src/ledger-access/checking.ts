import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ErrorCode, JsonObject } from '@rapport/kernel';
import { openEmbedded } from '@rapport/profiles';

/** Checks touchpoints without recording them. */
export interface Checker {
  readonly check: (
    touchpoints: readonly JsonObject[],
  ) => readonly (
    | { readonly status: 'recorded' }
    | { readonly status: 'rejected'; readonly code: ErrorCode; readonly message: string }
  )[];
  readonly close: () => Promise<void>;
}

/** A checker beside an empty ledger in a temporary folder, so that a dry run touches nobody's data. */
export async function openChecker(): Promise<Checker> {
  const dataDir = await mkdtemp(join(tmpdir(), 'rapport-check-'));
  const rapport = await openEmbedded({ dataDir, projector: 'inline' });
  const ledger = await rapport.ledger('check');
  return {
    check: (touchpoints) =>
      ledger
        .check(touchpoints)
        .map((answer) =>
          answer.status === 'valid'
            ? { status: 'recorded' }
            : { status: 'rejected', code: answer.rejection.code, message: answer.rejection.message },
        ),
    close: async () => {
      await rapport.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
