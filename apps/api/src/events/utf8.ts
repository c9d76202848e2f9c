import { accept, reject, type Result } from '@rapport/kernel';
import { isUtf8 } from 'node:buffer';

/** Reads bytes as UTF-8 and refuses those that are not, rather than putting replacement characters in their place. */
export const utf8Text = (bytes: Buffer): Result<string> =>
  isUtf8(bytes)
    ? accept(bytes.toString('utf8'))
    : reject('INVALID_TEXT', 'The text is not UTF-8: send it in that encoding.');
