import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { RapportError } from '@rapport/kernel';
import { verifyBundle } from '@rapport/profiles';
import { logPolicy, parsePolicy, POLICY_BYTES_MAX, Refusal, type Policy } from '@rapport/proof';
import { EXIT, type ExitCode } from '../exit-codes.js';
import type { Invocation } from '../invocation.js';
import { progress } from '../terminal/progress.js';
import { printable } from '../terminal/terminal.js';

interface BundleOptions {
  readonly key?: string;
  readonly policy?: string;
}

/** `rapport verify bundle` */
export async function runVerifyBundle(
  { terminal, json, signal }: Invocation,
  options: BundleOptions,
  file: string,
): Promise<ExitCode> {
  const policy = await policyOf(options);
  const bar = await progress(terminal, 'Checking events', 0, json);
  const bundle = file === '-' ? process.stdin : createReadStream(file);
  const checked = await verifyBundle(bundle, policy, {
    onEvent: (done, total) => bar.update(done, `${done} of ${total}`),
    signal,
  }).finally(() => bar.stop());
  const { header, origin, checkpointSize, witnesses, isSameCode, opened } = checked;
  const { question, view, answer, treeSize, events, keys, codeDigest } = header;
  if (json) {
    await terminal.json({
      verified: true,
      origin,
      question,
      view,
      treeSize,
      checkpointSize,
      witnesses,
      events,
      keys,
      codeDigest,
      isSameCode,
      personal: opened,
      answer,
    });
    return EXIT.ok;
  }
  for (const line of JSON.stringify(answer, null, 2).split('\n')) await terminal.line(printable(line));
  const asked = Object.entries(question.parameters).map(([name, value]) => `${name} ${value}`);
  terminal.note(
    printable(
      `Verified: ${question.name} of ${asked.join(', ')}, by version ${view.version} of ${view.name}.`,
    ),
  );
  terminal.note(
    printable(
      `It takes account of all that ${origin} held at ${treeSize} events: ${events} events are proven, and that none is missing from ${keys} keys.`,
    ),
  );
  if (witnesses.length > 0)
    terminal.note(printable(`Cosigned by ${witnesses.map(({ name }) => name).join(', ')}.`));
  if (opened.length > 0)
    terminal.note(`It opens personal values of ${opened.length} events; --json shows them.`);
  if (!isSameCode)
    terminal.note('It was made by another build of Rapport; this one gives the same answer, bit for bit.');
  return EXIT.ok;
}

async function policyOf({ key, policy }: BundleOptions): Promise<Policy> {
  if ((key === undefined) === (policy === undefined))
    throw new RapportError('INVALID_QUERY', 'Give either --key or --policy: somebody has to be believed.');
  try {
    if (policy !== undefined) return parsePolicy(await contentOf(policy));
    return logPolicy(
      VERIFIER_KEY.test(key ?? '') ? (key ?? '') : (await contentOf(key ?? '')).toString().trim(),
    );
  } catch (error) {
    if (error instanceof Refusal)
      throw new RapportError('INVALID_CONFIGURATION', `The key or policy cannot be used: ${error.message}.`);
    throw error;
  }
}

const VERIFIER_KEY = /^[^+]+\+[0-9a-f]{8}\+/;

/** The content of a small file; one byte more than allowed is read of a longer one, so that it is refused. */
async function contentOf(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const buffer = Buffer.alloc(POLICY_BYTES_MAX + 1);
    const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
