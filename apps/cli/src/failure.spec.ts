import { describe, expect, it } from '@jest/globals';
import { ERROR_CODES, RapportError, type ErrorCode } from '@rapport/kernel';
import { exitCodeOf } from './exit-codes.js';
import { failureOf } from './failure.js';
import { Interrupted } from './interruption.js';

describe('a failure', () => {
  it('has the exit code of its category', () => {
    const codes = (Object.keys(ERROR_CODES) as ErrorCode[]).map((code) => [
      code,
      failureOf(new RapportError(code, 'x')).exitCode,
    ]);
    expect(codes.every(([code, exit]) => exit === exitCodeOf(ERROR_CODES[code as ErrorCode][0]))).toBe(true);
    expect(exitCodeOf('invalid')).toBe(3);
    expect(failureOf(new RapportError('PARTY_NOT_FOUND', 'x')).exitCode).toBe(4);
    expect(failureOf(new RapportError('LEDGER_IN_USE', 'x')).exitCode).toBe(5);
    expect(failureOf(new RapportError('DISK_FULL', 'x')).exitCode).toBe(6);
  });

  it('of the operating system says what to do', () => {
    expect(failureOf(Object.assign(new Error('raw'), { code: 'ENOENT', path: 'map.json' }))).toEqual({
      code: 'NOT_FOUND',
      message: 'There is no map.json: check the path.',
      exitCode: 4,
    });
    expect(failureOf(Object.assign(new Error('raw'), { code: 'EADDRINUSE', port: 7070 })).message).toContain(
      '--port',
    );
  });

  it('that nobody foresaw is ours, and stopping is none', () => {
    expect(failureOf(new TypeError('x is undefined'))).toMatchObject({ code: 'INTERNAL', exitCode: 1 });
    expect(failureOf(new Interrupted())).toMatchObject({ exitCode: 130 });
  });
});
