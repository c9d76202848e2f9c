import { randomUUID } from 'node:crypto';
import { RapportError } from '@rapport/kernel';
import type { Change, Lease, ViewRef, ViewStore } from '@rapport/ledger';
import {
  lookFor,
  withCopy,
  withoutCopy,
  type Catalogue,
  type Copy,
  type ViewCatalogue,
} from './view-catalogue.js';
import { parkPut, putsOf, unparkPut, type Put } from './view-changes.js';
import type { ViewCollections } from './view-collections.js';
import type { Granted, Step, ViewDesk } from './view-desk.js';
import type { EngineIndex } from './view-index.js';
import type { ViewJournal } from './view-journal.js';
import type { Puts } from './view-puts.js';

type Reached = NonNullable<Extract<Step, { readonly kind: 'write' }>['reached']>;

/** What a writer works with. */
export interface WriterParts {
  readonly catalogue: ViewCatalogue;
  readonly collections: ViewCollections;
  readonly desk: ViewDesk;
  readonly index: EngineIndex;
  readonly journal: ViewJournal;
  readonly puts: Puts;
}

/**
 * Writes views. A write is written down, then granted in one update that checks the lease, and from then on it happens:
 * whoever was interrupted is finished by the next who writes, before that one reads or writes anything.
 */
export class ViewWriter {
  private turn: Promise<unknown> = Promise.resolve();
  /** Whether every write that was granted is known to be done. */
  private settled = false;
  private interrupted = false;
  private token = 0;

  constructor(private readonly parts: WriterParts) {}

  /** Finishes what was begun: by another owner before the lease was taken, or by us before a failure. */
  async settle(token = this.token): Promise<void> {
    if (this.settled && token === this.token) return;
    await this.exclusively(async () => {
      this.settled = false;
      await this.finishLast();
      if (token !== this.token) await this.parts.journal.removeBefore(token);
      this.token = token;
    });
  }

  async save({ views, index, checkpoint, events, lease }: Parameters<ViewStore['save']>[0]): Promise<void> {
    await this.exclusively(async () => {
      const catalogue = await this.ready();
      const puts: Put[] = [];
      const copies: number[] = [];
      for (const { view, changes, park = [] } of views) {
        const copy = this.writable(catalogue, view, lease);
        if (copy.checkpoint >= checkpoint) continue;
        for (const put of putsOf(copy, changes, checkpoint)) puts.push(put);
        for (const one of park) puts.push(parkPut(copy, one));
        copies.push(copy.id);
      }
      const withIndex = index !== undefined && catalogue.indexed < checkpoint;
      if (copies.length === 0 && !withIndex) {
        await this.parts.desk.check(lease);
        return;
      }
      if (withIndex) await this.parts.index.add(index);
      const reached = { copies, index: withIndex, checkpoint, events: BigInt(events) };
      await this.write(lease, catalogue, puts, reached);
    });
  }

  async fill({ views, position, lease }: Parameters<ViewStore['fill']>[0]): Promise<void> {
    const { catalogue, desk, puts } = this.parts;
    const [known, write] = await Promise.all([catalogue.read(), desk.check(lease)]);
    for (const { view, changes, park = [] } of views) {
      const copy = this.writable(known, view, lease);
      await puts.insert(copy, putsOf(copy, changes, position), write);
      if (park.length > 0)
        await puts.apply(
          [],
          park.map((one) => parkPut(copy, one)),
          write,
          [],
        );
    }
  }

  async unpark(view: ViewRef, key: string, changes: readonly Change[], lease: Lease): Promise<void> {
    await this.exclusively(async () => {
      const catalogue = await this.ready();
      const copy = this.writable(catalogue, view, lease);
      await this.write(lease, catalogue, [...putsOf(copy, changes, copy.checkpoint), unparkPut(copy, key)]);
    });
  }

  async build(view: ViewRef, lease: Lease): Promise<void> {
    await this.exclusively(async () => {
      const { state } = this.parts.catalogue.copyIn(await this.ready(), view);
      if (state === 'live')
        throw new RapportError(
          'VIEW_NOT_FOUND',
          `Version ${view.version} of the view ${view.name} is live already: build another one beside it.`,
        );
      await this.change('build', view, lease);
    });
  }

  async swap(view: ViewRef, lease: Lease): Promise<void> {
    await this.exclusively(async () => {
      const { state } = this.parts.catalogue.copyIn(await this.ready(), view);
      if (state === 'live') {
        await this.parts.desk.check(lease);
        return;
      }
      if (state !== 'building')
        throw new RapportError(
          'VIEW_NOT_FOUND',
          `Version ${view.version} of the view ${view.name} is not being built: build it first.`,
        );
      await this.change('swap', view, lease);
    });
  }

  async drop(view: ViewRef, lease: Lease): Promise<void> {
    await this.exclusively(async () => {
      await this.ready();
      await this.change('drop', view, lease);
    });
  }

  /** What a writer reads must not be half of a write of its own: a failed one is finished first. */
  async readable(): Promise<void> {
    if (this.interrupted) await this.exclusively(() => this.finishLast());
  }

  private exclusively<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.turn.then(work);
    this.turn = mine.catch(() => undefined); // its own caller hears of a failure; the next turn is not its business
    return mine;
  }

  /** The catalogue, once nothing that was granted is left undone. */
  private async ready(): Promise<Catalogue> {
    if (!this.settled) await this.finishLast();
    return this.parts.catalogue.read();
  }

  private async finishLast(): Promise<void> {
    const last = await this.parts.desk.last();
    if (last !== undefined) await this.finish(last);
    this.settled = true;
    this.interrupted = false;
  }

  /** From the moment it may be granted until it is done, a write that fails leaves something to be finished. */
  private async unsettled(work: () => Promise<void>): Promise<void> {
    this.settled = false;
    try {
      await work();
      this.settled = true;
    } catch (error) {
      this.interrupted = true;
      throw error;
    }
  }

  private async write(
    lease: Lease,
    catalogue: Catalogue,
    puts: readonly Put[],
    reached?: Reached,
  ): Promise<void> {
    const { desk, journal } = this.parts;
    const name = randomUUID();
    const chunks = await journal.write(name, lease.token, puts);
    const step = {
      kind: 'write',
      journal: name,
      chunks,
      ...(reached === undefined ? {} : { reached }),
    } as const;
    await this.unsettled(async () => {
      const granted = await desk.grant(lease, step).catch(async (error: unknown) => {
        if (error instanceof RapportError && error.code === 'LEASE_LOST') await journal.remove(name, chunks);
        throw error;
      });
      await this.applyWrite(granted, catalogue, puts, step);
    });
  }

  private async change(kind: 'build' | 'swap' | 'drop', view: ViewRef, lease: Lease): Promise<void> {
    const step = { kind, view: { name: view.name, version: view.version }, token: lease.token };
    await this.unsettled(async () => this.finish(await this.parts.desk.grant(lease, step)));
  }

  /** Does what was granted, or what is left of it. Anybody may, at any time, several at once. */
  private async finish(granted: Granted): Promise<void> {
    const { write, step } = granted;
    const { catalogue, journal } = this.parts;
    const known = await catalogue.read();
    if (known.written >= write) return;
    switch (step.kind) {
      case 'write': {
        const puts = await journal.read(step.journal, step.chunks);
        if (puts !== undefined) return this.applyWrite(granted, known, puts, step);
        if ((await catalogue.read()).written >= write) return;
        throw new RapportError(
          'STORE_CORRUPT',
          'The journal of the views lacks a write that was begun: drop the views of the tenant and let them be built again.',
        );
      }
      case 'build':
        return this.finishBuild(known, step, write);
      case 'swap':
        return catalogue.done(write, (current) => swapped(current, step.view));
      case 'drop':
        return this.finishDrop(known, step.view, write);
    }
  }

  private async applyWrite(
    { write, pins }: Granted,
    { copies }: Catalogue,
    puts: readonly Put[],
    { reached, journal, chunks }: Extract<Step, { readonly kind: 'write' }>,
  ): Promise<void> {
    await this.parts.puts.apply(copies, puts, write, pins);
    await this.parts.catalogue.done(write, (current) =>
      reached === undefined ? current : advanced(current, reached),
    );
    await this.parts.journal.remove(journal, chunks);
  }

  private async finishBuild(
    known: Catalogue,
    { view, token }: Extract<Step, { readonly view: ViewRef }>,
    write: bigint,
  ): Promise<void> {
    const { catalogue, collections } = this.parts;
    const before = lookFor(known, view);
    if (before === undefined) return catalogue.done(write, (current) => current);
    const id = Number(write);
    const copy: Copy = { ...before, id, state: 'building', token, checkpoint: 0n, events: 0 };
    await collections.create(copy);
    await catalogue.done(write, (current) => withCopy(current, copy));
    await this.remove(before);
    await collections.sweep((await catalogue.read()).copies, id);
  }

  private async finishDrop(known: Catalogue, view: ViewRef, write: bigint): Promise<void> {
    await this.parts.catalogue.done(write, (current) => withoutCopy(current, view));
    const copy = lookFor(known, view);
    if (copy !== undefined) await this.remove(copy);
  }

  private async remove(copy: Copy): Promise<void> {
    if (copy.id > 0) await this.parts.collections.drop(copy);
  }

  private writable(catalogue: Catalogue, view: ViewRef, lease: Lease): Copy {
    const copy = this.parts.catalogue.copyIn(catalogue, view);
    if (copy.state === 'live' || (copy.state === 'building' && copy.token === lease.token)) return copy;
    const why =
      copy.state === 'building' ? 'was begun by a writer that has lost its lease' : `is ${copy.state}`;
    throw new RapportError(
      'VIEW_NOT_FOUND',
      `Version ${view.version} of the view ${view.name} ${why}: build it before writing to it.`,
    );
  }
}

const advanced = (catalogue: Catalogue, { copies, index, checkpoint, events }: Reached): Catalogue => ({
  ...catalogue,
  indexed: index && catalogue.indexed < checkpoint ? checkpoint : catalogue.indexed,
  copies: catalogue.copies.map((copy) =>
    copies.includes(copy.id) && copy.checkpoint < checkpoint
      ? { ...copy, checkpoint, events: Number(events) }
      : copy,
  ),
});

const swapped = (catalogue: Catalogue, { name, version }: ViewRef): Catalogue => ({
  ...catalogue,
  copies: catalogue.copies.map((copy) => {
    if (copy.name !== name) return copy;
    if (copy.version === version) return { ...copy, state: 'live' };
    return copy.state === 'live' ? { ...copy, state: 'retired' } : copy;
  }),
});
