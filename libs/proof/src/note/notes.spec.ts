import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  cosignatureTimeSeconds,
  cosignatureVerifier,
  cosigner,
  EMPTY_ROOT,
  formatCheckpoint,
  formatNote,
  formatSignature,
  noteKeyPair,
  noteSigner,
  noteVerifier,
  openCheckpoint,
  openNote,
  parseCheckpoint,
  parseNote,
  parseSignerKey,
  parseVerifierKey,
  signCheckpoint,
  signNote,
} from '../index.js';

const seed = (byte: number): Uint8Array => Buffer.alloc(32, byte);
const ACME = noteKeyPair('example.com/acme', seed(1));
const OTHER = noteKeyPair('example.com/other', seed(2));
const WITNESS = noteKeyPair('witness.example/w1', seed(3), 'cosignature');
const ROOT = Buffer.alloc(32, 9);

const refused = (code: string): unknown => expect.objectContaining({ name: 'Refusal', code });

describe('keys as text', () => {
  it('read back as what they are', () => {
    expect(parseVerifierKey(ACME.verifierKey)).toMatchObject({ name: 'example.com/acme', type: 'ed25519' });
    expect(parseSignerKey(WITNESS.signerKey)).toMatchObject({ type: 'cosignature', seed: seed(3) });
    expect(noteKeyPair('example.com/acme', seed(1))).toEqual(ACME);
  });

  it('are refused when any character is another', () => {
    const characters = [...ACME.verifierKey];
    for (const at of characters.keys()) {
      const damaged = characters.with(at, characters[at] === 'x' ? 'y' : 'x').join('');
      expect(() => parseVerifierKey(damaged)).toThrow(refused('malformed') as Error);
    }
  });

  it('serve only the purpose of their type', () => {
    expect(() => noteVerifier(WITNESS.verifierKey)).toThrow(refused('malformed') as Error);
    expect(() => cosignatureVerifier(ACME.verifierKey)).toThrow(refused('malformed') as Error);
    expect(() => noteSigner(WITNESS.signerKey)).toThrow(refused('malformed') as Error);
    expect(() => cosigner(ACME.signerKey)).toThrow(refused('malformed') as Error);
  });

  it('have names without spaces and plus signs', () => {
    for (const name of ['', 'a b', 'a+b', 'a\u00a0b', 'a\u2003b', 'a\nb'])
      expect(() => noteKeyPair(name, seed(1))).toThrow(refused('malformed') as Error);
  });
});

describe('a signed note', () => {
  const note = signNote('we agreed\n\non 42\n', [noteSigner(ACME.signerKey), noteSigner(OTHER.signerKey)]);

  it('opens for everybody who knows one of its keys', () => {
    const opened = openNote(note, [noteVerifier(ACME.verifierKey)]);
    expect(opened.text).toBe('we agreed\n\non 42\n');
    expect(opened.verified.map(({ name }) => name)).toEqual(['example.com/acme']);
    expect(
      openNote(
        note,
        [ACME, OTHER].map((key) => noteVerifier(key.verifierKey)),
      ).verified,
    ).toHaveLength(2);
    expect(Buffer.from(formatNote(parseNote(note)))).toEqual(note);
  });

  it('is refused when no known key has signed, or a known one falsely', () => {
    const stranger = noteVerifier(noteKeyPair('example.com/acme', seed(7)).verifierKey);
    expect(() => openNote(note, [stranger])).toThrow(refused('unknown-key') as Error);
    const parsed = parseNote(note);
    const forged = formatNote({ ...parsed, text: 'we agreed\n\non 43\n' });
    expect(() => openNote(forged, [noteVerifier(OTHER.verifierKey)])).toThrow(
      refused('bad-signature') as Error,
    );
  });

  it.each([
    ['no blank line', 'text\n— a b\n'],
    ['no signature', 'text\n\n'],
    ['no newline at the end', 'text\n\n— example.com/a AAAAAAE='],
    ['a text without newline', '\n\n— example.com/a AAAAAAE=\n'.slice(1)],
    ['a control character', 'te\txt\n\n— example.com/a AAAAAAE=\n'],
    ['a carriage return', 'text\r\n\n— example.com/a AAAAAAE=\n'],
    ['an empty signature', 'text\n\n— example.com/a AAAAAA==\n'],
    ['stray bits in base64', 'text\n\n— example.com/a AAAAAAF=\n'],
    ['a plus sign in a name', 'text\n\n— example+a AAAAAAE=\n'],
    ['a hyphen for the dash', 'text\n\n- example.com/a AAAAAAE=\n'],
    ['two spaces', 'text\n\n—  example.com/a AAAAAAE=\n'],
    ['a trailing space', 'text\n\n— example.com/a AAAAAAE= \n'],
    ['101 signatures', `text\n\n${'— example.com/a AAAAAAE=\n'.repeat(101)}`],
  ])('is refused with %s', (_, text) => {
    expect(() => parseNote(Buffer.from(text))).toThrow(
      expect.objectContaining({ name: 'Refusal' }) as unknown as Error,
    );
  });

  it('is refused when it is not UTF-8 or too large', () => {
    const bytes = Buffer.concat([Buffer.from([0xff]), note]);
    expect(() => parseNote(bytes)).toThrow(refused('malformed') as Error);
    expect(() => parseNote(Buffer.alloc(1_000_001))).toThrow(refused('too-large') as Error);
  });

  it('comes back from any text', () => {
    const verifier = noteVerifier(ACME.verifierKey);
    const line = fc
      .string({ unit: 'grapheme' })
      .filter((text) => !/[\0-\x1f]/.test(text) && text.isWellFormed());
    fc.assert(
      fc.property(fc.array(line, { minLength: 1 }), (lines) => {
        const text = `${lines.join('\n')}\n`;
        expect(openNote(signNote(text, [noteSigner(ACME.signerKey)]), [verifier]).text).toBe(text);
      }),
      { numRuns: 50 },
    );
  });
});

describe('a checkpoint', () => {
  const head = { origin: 'example.com/acme', size: 15, root: ROOT };
  const signed = signCheckpoint(head, noteSigner(ACME.signerKey));

  it('opens with the key of its log', () => {
    expect(openCheckpoint(signed, noteVerifier(ACME.verifierKey)).checkpoint).toEqual(head);
    expect(parseCheckpoint(formatCheckpoint({ ...head, extensions: ['more'] })).extensions).toEqual(['more']);
  });

  it('is not signed under, or taken for, another origin', () => {
    expect(() => signCheckpoint(head, noteSigner(OTHER.signerKey))).toThrow(RangeError);
    const foreign = signNote(formatCheckpoint(head), [noteSigner(OTHER.signerKey)]);
    expect(() => openCheckpoint(foreign, noteVerifier(OTHER.verifierKey))).toThrow(
      refused('wrong-origin') as Error,
    );
    expect(() => openCheckpoint(foreign, noteVerifier(ACME.verifierKey))).toThrow(
      refused('unknown-key') as Error,
    );
  });

  const root = ROOT.toString('base64');
  it.each([
    ['no root', 'a\n1\n'],
    ['an empty origin', `\n1\n${root}\n`],
    ['a leading zero', `a\n01\n${root}\n`],
    ['a sign', `a\n+1\n${root}\n`],
    ['a size that no double holds', `a\n9007199254740993\n${root}\n`],
    ['a short root', 'a\n1\nAAAA\n'],
    ['an empty line at its end', `a\n1\n${root}\n\n`],
    ['no newline at its end', `a\n1\n${root}`],
    ['no entries but a root', `a\n0\n${root}\n`],
  ])('is refused with %s', (_, text) => {
    expect(() => parseCheckpoint(text)).toThrow(
      expect.objectContaining({ name: 'Refusal' }) as unknown as Error,
    );
  });

  it('of an empty log has the root of nothing', () => {
    expect(parseCheckpoint(formatCheckpoint({ ...head, size: 0, root: EMPTY_ROOT })).size).toBe(0);
  });
});

describe('a cosignature', () => {
  const text = formatCheckpoint({ origin: 'example.com/acme', size: 15, root: ROOT });
  const signed = signCheckpoint(parseCheckpoint(text), noteSigner(ACME.signerKey));
  const cosignature = cosigner(WITNESS.signerKey).cosign(text, 1_679_315_147);
  const cosigned = Buffer.concat([signed, Buffer.from(formatSignature(cosignature))]);
  const log = noteVerifier(ACME.verifierKey);

  it('is reported beside the signature of the log, with its time', () => {
    const { verified } = openCheckpoint(cosigned, log, [cosignatureVerifier(WITNESS.verifierKey)]);
    expect(verified.map(({ name }) => name)).toEqual(['example.com/acme', 'witness.example/w1']);
    expect(cosignatureTimeSeconds(verified[1]!)).toBe(1_679_315_147);
  });

  it('does not stand in for the signature of the log', () => {
    const alone = formatNote({ text, signatures: [cosignature] });
    const witness = cosignatureVerifier(WITNESS.verifierKey);
    expect(() => openCheckpoint(alone, log, [witness])).toThrow(refused('unknown-key') as Error);
  });

  it('binds its time', () => {
    const later = Buffer.from(cosignature.signature);
    later.writeUInt8(later.readUInt8(7) ^ 1, 7);
    const forged = formatNote({
      text,
      signatures: [...parseNote(signed).signatures, { ...cosignature, signature: later }],
    });
    const witness = cosignatureVerifier(WITNESS.verifierKey);
    expect(() => openCheckpoint(forged, log, [witness])).toThrow(refused('bad-signature') as Error);
  });
});
