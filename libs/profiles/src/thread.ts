import { setPriority } from 'node:os';
import { RapportError, type ErrorCode } from '@rapport/kernel';

const LOW_PRIORITY = 10;

/** On Linux this is the priority of the calling thread alone: projecting yields to serving. */
export function yieldToOthers(): void {
  if (process.platform === 'linux') setPriority(0, LOW_PRIORITY);
}

/** A chunk of events is dropped as a whole: with room for some of them the collector need not copy it first. */
export const YOUNG_GENERATION = { maxYoungGenerationSizeMb: 96 } as const;

/** Where a compiled thread stands, also when the file that starts it runs from its source. */
export const threadFile = (name: string): URL =>
  new URL(`./${name}.thread.js`, import.meta.url.replace('/src/', '/dist/'));

/** An error on its way to another thread. */
export interface ThreadFailure {
  readonly code: ErrorCode;
  readonly message: string;
}

export function failureOf(error: unknown): ThreadFailure {
  if (error instanceof RapportError) return { code: error.code, message: error.message };
  if (error instanceof Error && error.name === 'AbortError')
    return { code: 'SHUTTING_DOWN', message: 'The rebuild was stopped: the live view is as it was.' };
  return { code: 'INTERNAL', message: error instanceof Error ? error.message : 'unknown failure' };
}
