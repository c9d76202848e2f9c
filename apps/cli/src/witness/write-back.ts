import { join } from 'node:path';
import {
  formatNote,
  NOTE_BYTES_MAX,
  NOTE_SIGNATURES_MAX,
  parseNote,
  readLocalFile,
  Refusal,
} from '@rapport/proof';
import { replaceDurably } from './durable-file.js';

/**
 * Writes a countersigned checkpoint beside its log, as `checkpoint.cosigned`. Cosignatures of other witnesses on the same
 * head, which stand there already, stay: so several witnesses together meet a quorum.
 */
export function writeBack(folder: string, cosigned: Uint8Array): void {
  const path = join(folder, 'checkpoint.cosigned');
  replaceDurably(path, merged(readLocalFile(path, NOTE_BYTES_MAX), cosigned));
}

function merged(there: Uint8Array | undefined, cosigned: Uint8Array): Uint8Array {
  if (there === undefined) return cosigned;
  const ours = parseNote(cosigned);
  try {
    const before = parseNote(there);
    if (before.text !== ours.text) return cosigned;
    const others = before.signatures.filter(
      ({ name, keyId }) => !ours.signatures.some((one) => one.name === name && one.keyId === keyId),
    );
    return formatNote({
      text: ours.text,
      signatures: [...ours.signatures, ...others].slice(0, NOTE_SIGNATURES_MAX),
    });
  } catch (error) {
    if (error instanceof Refusal) return cosigned; // what stood there is no note
    throw error;
  }
}
