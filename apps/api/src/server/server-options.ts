import { RapportError } from '@rapport/kernel';
import type { Rapport } from '@rapport/profiles';
import { LIMITS, type Limits } from './limits.js';
import type { Log } from './log.js';

/** What a server is started with. */
export interface ServerOptions {
  /** The open ledgers; the server closes them when it stops. */
  readonly rapport: Rapport;
  /** Address to listen on: a loopback address, unless `allowRemote`. `127.0.0.1` unless given. */
  readonly host?: string;
  /** 0 or none for any free port. */
  readonly port?: number;
  /** The tenant of requests that name none: `main` unless given. */
  readonly defaultTenant?: string;
  /** Listens on addresses that others can reach, and takes any Host header. Put TLS and a proxy in front. */
  readonly allowRemote?: boolean;
  readonly limits?: Partial<Limits>;
  /**
   * How long it still answers after it was told to stop, while `/readyz` says that it is not ready any more, so that
   * whoever spreads requests over several servers sends it no more of them; 0 unless given.
   */
  readonly drainMs?: number;
  /** Takes the lines of the log; nothing is logged unless given. */
  readonly log?: Log;
}

/** The same with everything decided. */
export interface ServerSettings {
  readonly rapport: Rapport;
  readonly host: string;
  readonly port: number;
  readonly defaultTenant: string;
  readonly allowRemote: boolean;
  readonly limits: Limits;
  readonly drainMs: number;
  readonly log: Log;
}

/** Completes the options. @throws RapportError `INVALID_CONFIGURATION` for an address that others can reach */
export function settingsOf(options: ServerOptions): ServerSettings {
  const host = options.host ?? '127.0.0.1';
  const allowRemote = options.allowRemote ?? false;
  if (!allowRemote && !isLoopback(host)) {
    throw new RapportError(
      'INVALID_CONFIGURATION',
      `The server would listen on ${host}, where others reach it: use 127.0.0.1, or allow remote access explicitly.`,
    );
  }
  return {
    rapport: options.rapport,
    host,
    port: options.port ?? 0,
    defaultTenant: options.defaultTenant ?? 'main',
    allowRemote,
    drainMs: options.drainMs ?? 0,
    limits: { ...LIMITS, ...options.limits },
    log: options.log ?? (() => undefined),
  };
}

const LOOPBACK_NAMES = new Set(['localhost', '::1', '[::1]', '0:0:0:0:0:0:0:1']);
const LOOPBACK_V4 = /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/;

/** Whether a host name or address stands for this machine alone. */
export const isLoopback = (host: string): boolean => {
  const name = host.toLowerCase();
  return LOOPBACK_NAMES.has(name) || name.endsWith('.localhost') || LOOPBACK_V4.test(name);
};

/** Whether a Host header names this machine: a page elsewhere that rebinds its name to loopback does not. */
export function isLoopbackHostHeader(header: string | undefined): boolean {
  if (header === undefined) return false;
  const withoutPort = header.replace(/:\d{1,5}$/, '');
  return isLoopback(withoutPort);
}
