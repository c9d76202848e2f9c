import { randomUUID } from 'node:crypto';
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { failure, mongoDbForTests } from '@rapport/testing';
import { databaseUnderTest } from './database-under-test.js';
import { mongoSignedHeads, type PublishedHeads } from './signed-heads.js';

const url = await mongoDbForTests();
const database = url === undefined ? undefined : await databaseUnderTest(url);
afterAll(() => database?.dispose());

const headOf = (size: number): Uint8Array => Buffer.from(`spec.example/main\n${size}\nroot\n\n— signature\n`);
const text = (bytes: Uint8Array | undefined): string | undefined =>
  bytes === undefined ? undefined : Buffer.from(bytes).toString('utf8');

(database === undefined ? describe.skip : describe)('signed heads in MongoDB', () => {
  let tenant: string;
  let heads: PublishedHeads;
  const open = (): PublishedHeads => mongoSignedHeads({ mongo: database!.mongo, tenant });
  beforeEach(() => {
    tenant = `t${randomUUID().slice(0, 8)}`;
    heads = open();
  });

  it('are none at first', async () => {
    expect(await heads.last()).toBeUndefined();
    expect(await heads.verifierKey()).toBeUndefined();
  });

  it('are read by everybody, with the key that verifies them', async () => {
    await heads.publishKey('key one');
    expect(await open().verifierKey()).toBe('key one');
    expect(await open().last()).toBeUndefined();
    await heads.keep(headOf(3));
    await heads.keep(headOf(8));
    expect(text(await open().last())).toBe(text(headOf(8)));
  });

  it('never go back: one that comes late changes nothing', async () => {
    await heads.publishKey('key one');
    const late = open();
    await late.publishKey('key one');
    await heads.keep(headOf(12));
    await late.keep(headOf(9));
    expect(text(await heads.last())).toBe(text(headOf(12)));
  });

  it('are kept under one key: a signer that has another says so', async () => {
    await heads.publishKey('key one');
    await heads.keep(headOf(5));
    const other = open();
    await failure(other.publishKey('key two'), 'LOG_NOT_SIGNED');
    await failure(other.keep(headOf(9)), 'LOG_NOT_SIGNED');
    expect(text(await heads.last())).toBe(text(headOf(5)));
    expect(await heads.verifierKey()).toBe('key one');
  });

  it('begin anew under a new key, and the signer of the old one keeps none any more', async () => {
    await heads.publishKey('key one');
    await heads.keep(headOf(5));
    const renewed = open();
    await renewed.replaceKey('key two');
    expect(await open().verifierKey()).toBe('key two');
    expect(await open().last()).toBeUndefined();
    await failure(heads.keep(headOf(9)), 'LOG_NOT_SIGNED');
    await renewed.keep(headOf(2));
    expect(text(await open().last())).toBe(text(headOf(2)));
  });

  it('are checkpoints: nothing else is kept', async () => {
    await heads.publishKey('key one');
    for (const wrong of ['', 'origin', 'origin\n-1\nroot\n', 'origin\n1e3\nroot\n'])
      await failure(heads.keep(Buffer.from(wrong)), 'INTERNAL');
    expect(await heads.last()).toBeUndefined();
  });

  it('say to everybody why nothing is signed any more, until that is over', async () => {
    await heads.publishKey('key one');
    expect(await open().refusal()).toBeUndefined();
    await heads.refuse('the past is another one');
    await heads.refuse('the key is gone');
    expect(await open().refusal()).toBe('the key is gone');
    await heads.refuse(undefined);
    await heads.refuse(undefined);
    expect(await open().refusal()).toBeUndefined();
    expect(await heads.verifierKey()).toBe('key one');
  });

  it('of several signers that publish one key at the same time are one', async () => {
    const all = Array.from({ length: 6 }, open);
    await Promise.all(all.map((each) => each.publishKey('key one')));
    await Promise.all(all.map((each, index) => each.keep(headOf(index + 1))));
    expect(text(await heads.last())).toBe(text(headOf(6)));
  });
});
