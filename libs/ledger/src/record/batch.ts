import type { Candidate } from './planned-append.js';

/**
 * What one call has on its way to the store. It counts what has not come back instead of gathering promises: there are
 * hundreds of appends in a batch, and most hold one event.
 */
export class Batch {
  private readonly overtaken: Candidate[] = [];
  private failure: { readonly error: unknown } | undefined;
  private underWay = 0;
  private finish: () => void = () => undefined;

  /** Something is on its way; it must come back with {@link done} or {@link failed}. */
  begun(): void {
    this.underWay++;
  }

  /** @param overtaken what another writer was faster than, to be decided about again */
  done(overtaken: readonly Candidate[] = []): void {
    for (const candidate of overtaken) this.overtaken.push(candidate);
    if (--this.underWay === 0) this.finish();
  }

  failed(error: unknown): void {
    this.failure ??= { error };
    this.done();
  }

  /** Waits for all, then throws the first failure, so that nothing is left behind unobserved. Gives what was overtaken. */
  async settled(): Promise<readonly Candidate[]> {
    if (this.underWay > 0) await new Promise<void>((resolve) => (this.finish = resolve));
    if (this.failure !== undefined) throw this.failure.error;
    return this.overtaken.sort((a, b) => a.index - b.index);
  }
}
