import { categoryOf, ERROR_CODES, type ErrorCode } from '@rapport/kernel';
import { EXIT, exitCodeOf, type ExitCode } from './exit-codes.js';
import { Interrupted } from './interruption.js';

/** A failure as the command tells it: what, where, and what to do next. */
export interface Failure {
  readonly code: ErrorCode | 'INTERRUPTED';
  readonly message: string;
  readonly exitCode: ExitCode;
}

/** Turns whatever was thrown into a failure that can be shown. */
export function failureOf(error: unknown): Failure {
  if (error instanceof Interrupted)
    return { code: 'INTERRUPTED', message: error.message, exitCode: error.exitCode };
  const code = codeOf(error);
  const message = error instanceof Error ? error.message : String(error);
  if (isErrorCode(code)) return { code, message, exitCode: exitCodeOf(categoryOf(code)) };
  return (
    systemFailure(error, code) ?? {
      code: 'INTERNAL',
      message: `Rapport failed: ${message}. Run it again with RAPPORT_DEBUG=1 to see where, and report it.`,
      exitCode: EXIT.internal,
    }
  );
}

/** What the operating system refused, said for people. */
function systemFailure(error: unknown, code: string | undefined): Failure | undefined {
  const path = textMember(error, 'path') ?? '';
  const unavailable = (code: ErrorCode, message: string): Failure => ({
    code,
    message,
    exitCode: EXIT.unavailable,
  });
  switch (code) {
    case 'ENOENT':
      return { code: 'NOT_FOUND', message: `There is no ${path}: check the path.`, exitCode: EXIT.notFound };
    case 'EISDIR':
      return {
        code: 'INVALID_CONFIGURATION',
        message: `${path === '' ? 'The path' : path} is a folder: name a file.`,
        exitCode: EXIT.invalid,
      };
    case 'EACCES':
    case 'EPERM':
      return unavailable(
        'STORE_READ_ONLY',
        `${path === '' ? 'The file' : path} may not be used by this user: change its permissions, or choose another.`,
      );
    case 'EROFS':
      return unavailable(
        'STORE_READ_ONLY',
        `${path === '' ? 'The folder' : path} is on a disk that cannot be written: choose another.`,
      );
    case 'ENOSPC':
      return unavailable(
        'DISK_FULL',
        'The disk is full: make room, then run the command again; nothing acknowledged was lost.',
      );
    case 'EADDRINUSE':
      return unavailable(
        'STORE_UNAVAILABLE',
        `Port ${textMember(error, 'port') ?? ''} is taken by another program: choose one with --port, or --port 0 for any free one.`,
      );
    default:
      return undefined;
  }
}

function codeOf(error: unknown): string | undefined {
  return textMember(error, 'code');
}

function textMember(value: unknown, name: string): string | undefined {
  if (typeof value !== 'object' || value === null || !(name in value)) return undefined;
  const member = (value as Readonly<Record<string, unknown>>)[name];
  return typeof member === 'string' || typeof member === 'number' ? String(member) : undefined;
}

const isErrorCode = (code: string | undefined): code is ErrorCode =>
  code !== undefined && Object.hasOwn(ERROR_CODES, code);
