import type { ErrorCode } from '@rapport/kernel';
import type { ParkedKey, RebuildProgress } from '@rapport/ledger';

/** What the server's thread asks of the projection thread. `call` names the question, so that its answer finds it. */
export type Ask =
  | { readonly op: 'open'; readonly call: number; readonly tenant: string; readonly folder: string }
  | {
      readonly op: 'rebuild';
      readonly call: number;
      readonly tenant: string;
      readonly names: readonly string[];
    }
  | { readonly op: 'abort'; readonly call: number }
  | {
      readonly op: 'retry';
      readonly call: number;
      readonly tenant: string;
      readonly view: string;
      readonly key: string | undefined;
    }
  | { readonly op: 'map'; readonly call: number; readonly tenant: string }
  | { readonly op: 'close'; readonly call: number; readonly tenant: string }
  | { readonly op: 'wake'; readonly tenant: string; readonly isAwaited: boolean };

/** What it says. */
export type Say =
  | { readonly op: 'moved'; readonly tenant: string; readonly position: bigint }
  | { readonly op: 'progress'; readonly call: number; readonly progress: RebuildProgress }
  | { readonly op: 'done'; readonly call: number; readonly parked?: readonly ParkedKey[] }
  | { readonly op: 'failed'; readonly call: number; readonly code: ErrorCode; readonly message: string };
