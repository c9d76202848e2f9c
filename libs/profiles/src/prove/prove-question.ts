import type { Question, WrittenBundle } from '@rapport/ledger';
import { holderOf, openEmbedded } from '../embedded.js';
import type { EmbeddedOptions } from '../rapport.js';
import type { ProveOptions } from './prove-options.js';

/**
 * Answers a question from a data folder and proves the answer. Where nobody holds the folder, its completeness map is
 * brought up to date and logged first; beside a running process the proof is as at the last time that it did so.
 * @throws RapportError as `Rapport.prove`, and `DATA_NOT_FOUND`
 * @example
 * const question = { name: 'loyalty', parameters: { party: 'c-1', day: '2026-01-31' } };
 * (await proveQuestion({ dataDir: './data' }, 'main', question)).lines
 */
export async function proveQuestion(
  options: EmbeddedOptions,
  tenant: string,
  question: Question,
  how: ProveOptions = {},
): Promise<WrittenBundle> {
  await mustExist(options, tenant);
  const isHeld = (await holderOf(options.dataDir)) !== undefined;
  const rapport = await openEmbedded({ ...options, readOnly: isHeld, projector: isHeld ? 'none' : 'inline' });
  try {
    return await rapport.prove(tenant, question, how);
  } finally {
    await rapport.close();
  }
}

/** Proving opens the folder for writing, which would bring into being what is not there. */
async function mustExist(options: EmbeddedOptions, tenant: string): Promise<void> {
  const rapport = await openEmbedded({ ...options, readOnly: true, projector: 'none' });
  try {
    await rapport.ledger(tenant);
  } finally {
    await rapport.close();
  }
}
