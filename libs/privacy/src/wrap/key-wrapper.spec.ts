import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { KeyWrapper } from '../ports/key-wrapper.js';
import { aesKeyWrapper, SECRET_BYTES } from './aes-key-wrapper.js';
import { environmentKeyWrapper } from './environment-key-wrapper.js';
import { fileKeyWrapper } from './file-key-wrapper.js';

const key = randomBytes(32);
const binding = { person: '42', keyid: 'key-1' };
const misconfigured = expect.objectContaining({ code: 'INVALID_CONFIGURATION' });

const opens = async (wrapper: KeyWrapper, wrapped: Uint8Array, as = binding): Promise<string> => {
  const opened = await wrapper.unwrap(wrapped, as);
  return opened.ok ? Buffer.from(opened.value).toString('hex') : opened.rejection.code;
};

describe('a wrapped key', () => {
  const secret = randomBytes(SECRET_BYTES);
  const wrapper = aesKeyWrapper(secret, 'main');

  it('opens with the same key-encryption key, for the same person and key id', async () => {
    const wrapped = await wrapper.wrap(key, binding);
    expect(await opens(aesKeyWrapper(secret, 'main'), wrapped)).toBe(key.toString('hex'));
    expect(Buffer.from(wrapped).includes(key)).toBe(false);
  });

  it('is refused for another person, key id, tenant or secret', async () => {
    const wrapped = await wrapper.wrap(key, binding);
    expect(await opens(wrapper, wrapped, { ...binding, person: '43' })).toBe('KEY_WRONG');
    expect(await opens(wrapper, wrapped, { ...binding, keyid: 'key-2' })).toBe('KEY_WRONG');
    expect(await opens(aesKeyWrapper(secret, 'other'), wrapped)).toBe('KEY_WRONG');
    expect(await opens(aesKeyWrapper(randomBytes(SECRET_BYTES), 'main'), wrapped)).toBe('KEY_WRONG');
  });

  it('is refused when any bit of it was changed, or when it was cut', async () => {
    const wrapped = await wrapper.wrap(key, binding);
    for (let bit = 0; bit < wrapped.length * 8; bit++) {
      const changed = Buffer.from(wrapped);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      expect(await opens(wrapper, changed)).toBe('KEY_WRONG');
    }
    for (let length = 0; length < wrapped.length; length++)
      expect(await opens(wrapper, wrapped.subarray(0, length))).toBe('KEY_WRONG');
  });

  it('names its key-encryption key: the same again, another for another tenant or secret', () => {
    const ids = [
      wrapper.id,
      aesKeyWrapper(secret, 'main').id,
      aesKeyWrapper(secret, 'other').id,
      aesKeyWrapper(randomBytes(SECRET_BYTES), 'main').id,
    ];
    expect(ids[0]).toBe(ids[1]);
    expect(new Set(ids).size).toBe(3);
    expect(() => aesKeyWrapper(randomBytes(16), 'main')).toThrow(TypeError);
  });
});

describe('a secret in a file', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rapport-secret-'));
    file = join(folder, 'main.key');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const open = (mayMake: boolean): KeyWrapper => fileKeyWrapper({ file, tenant: 'main', mayMake });

  it('is made once where it may be: 32 bytes as base64url, for its owner only', () => {
    const { id } = open(true);
    expect(readFileSync(file, 'utf8')).toMatch(/^[A-Za-z0-9_-]{43}\n$/);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['main.key']);
    expect(open(true).id).toBe(id);
    expect(open(false).id).toBe(id);
  });

  it('is not made where keys may be waiting for the old one', () => {
    expect(() => open(false)).toThrow(misconfigured);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('that others may read is refused', () => {
    open(true);
    for (const mode of [0o640, 0o604, 0o666]) {
      chmodSync(file, mode);
      expect(() => open(true)).toThrow(misconfigured);
    }
  });

  it('that is none is refused, never replaced, and never shown', () => {
    for (const text of [
      '',
      'no secret',
      'A'.repeat(42),
      'A'.repeat(44),
      `${'A'.repeat(42)}B`,
      `${'A'.repeat(43)}=`,
    ]) {
      writeFileSync(file, text, { mode: 0o600 });
      expect(() => open(true)).toThrow(misconfigured);
      expect(() => open(true)).not.toThrow(/no secret|AAAA/);
      expect(readFileSync(file, 'utf8')).toBe(text);
    }
  });

  it('cannot be made in a folder that is not there', () => {
    file = join(folder, 'missing', 'main.key');
    expect(() => open(true)).toThrow(misconfigured);
  });
});

describe('a secret in the environment', () => {
  const open = (value?: string): KeyWrapper =>
    environmentKeyWrapper({
      environment: value === undefined ? {} : { RAPPORT_KEY_SECRET: value },
      name: 'RAPPORT_KEY_SECRET',
      tenant: 'main',
    });

  it('is the same as in a file', () => {
    const secret = randomBytes(SECRET_BYTES);
    expect(open(secret.toString('base64url')).id).toBe(aesKeyWrapper(secret, 'main').id);
    expect(open(`${secret.toString('base64url')}\n`).id).toBe(aesKeyWrapper(secret, 'main').id);
  });

  it('is refused when it is missing or none', () => {
    for (const value of [undefined, '', 'short', randomBytes(31).toString('base64url')])
      expect(() => open(value)).toThrow(misconfigured);
  });
});
