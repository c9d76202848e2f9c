import {
  ERASURE_SOURCE,
  RapportError,
  timeText,
  valueOf,
  type EffectiveEvent,
  type Json,
  type RecordedEvent,
} from '@rapport/kernel';
import {
  decideErasure,
  erasePersons,
  streamOfPerson,
  type ErasureReceipt,
  type LegalHolds,
  type PersonKeys,
} from '@rapport/privacy';
import type { RecordOutcome } from '../ledger.js';
import type { OpenKeys } from '../personal/sealing.js';
import type { ErasedPerson, Erasure, ErasureAsked, ErasureRules } from './erasure.js';

/** A party as the ledger knows it now. */
export interface KnownParty {
  /** The id that stands for it. */
  readonly party: string;
  /** Every id that was merged into it, itself first. */
  readonly persons: readonly string[];
  /** Positions of the events that concern it. */
  readonly positions: readonly bigint[];
}

/** What of a ledger an erasure works on. */
export interface ErasableLedger {
  /** @throws RapportError `PARTY_NOT_FOUND`, `WAIT_TIMEOUT` */
  known(party: string): Promise<KnownParty>;
  /** The effective events of a party. */
  history(party: string): Promise<{ readonly value: readonly EffectiveEvent[] }>;
  readStream(subject: string): AsyncIterable<RecordedEvent>;
  /** Records what only the ledger itself may say. */
  recordOwn(touchpoint: Json): Promise<RecordOutcome>;
}

/** Erases persons, one request after the other. */
export class Eraser {
  private turn: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly ledger: ErasableLedger,
    private readonly keys: OpenKeys,
    private readonly rules: ErasureRules,
    private readonly now: () => number,
  ) {}

  /**
   * Holds and approval first, then tombstones and the end of the keys, then the events that tell of it. Whatever cuts it
   * off, asking again finishes it: who has a tombstone keeps it, and what was recorded is not recorded again.
   */
  erase(asked: ErasureAsked, dryRun: boolean): Promise<Erasure> {
    const erasing = this.turn.then(() => this.eraseNow(asked, dryRun));
    this.turn = erasing.catch(() => undefined);
    return erasing;
  }

  private async eraseNow(asked: ErasureAsked, dryRun: boolean): Promise<Erasure> {
    const { party, persons } = await this.ledger.known(asked.party);
    const held: Held[] = [];
    for (const person of persons) held.push(await this.heldOf(person));
    const keys = await this.keys();
    const standing = new Map((await keys.tombstonesOf(persons)).map((one) => [one.person, one]));
    const request = {
      persons: held.filter(({ id }) => !standing.has(id)),
      by: asked.by,
      ...(asked.approvedBy === undefined ? {} : { approvedby: asked.approvedBy }),
      basis: asked.basis,
      at: timeText(this.now()),
    };
    if (request.persons.length > 0) {
      const done = dryRun ? await this.judged(party, request) : await this.destroyed(party, request, keys);
      for (const receipt of done) standing.set(receipt.person, receipt);
    }
    const erased: ErasedPerson[] = [];
    for (const { id, parts, told } of held) {
      const receipt = standing.get(id);
      if (receipt === undefined) erased.push({ person: id, parts });
      else if (dryRun) erased.push(shown({ ...receipt, parts }, told));
      else erased.push(await this.told({ ...receipt, parts }, told, asked.requestedOn));
    }
    return { party, dryRun, persons: erased };
  }

  /** Whether it would be done; nobody is erased. */
  private async judged(party: string, request: Parameters<typeof decideErasure>[0]): Promise<readonly []> {
    const holds = await this.holdsOf(party).on([]);
    valueOf(decideErasure(request, this.rules, holds));
    return [];
  }

  private async destroyed(
    party: string,
    request: Parameters<typeof decideErasure>[0],
    keys: PersonKeys,
  ): Promise<readonly ErasureReceipt[]> {
    return valueOf(await erasePersons({ keys, holds: this.holdsOf(party), policy: this.rules }, request));
  }

  private holdsOf(party: string): LegalHolds {
    return { on: async () => this.rules.holdsIn((await this.ledger.history(party)).value) };
  }

  /** How many personal parts a person's stream holds, and where its erasure was told already. */
  private async heldOf(person: string): Promise<Held> {
    let parts = 0;
    let told: bigint | undefined;
    for await (const { source, position, sealed = [] } of this.ledger.readStream(streamOfPerson(person))) {
      if (source === ERASURE_SOURCE) told ??= position;
      for (const { subject, fields } of sealed) if (subject === person) parts += Object.keys(fields).length;
    }
    return { id: person, parts, told };
  }

  private async told(
    receipt: ErasureReceipt & { readonly parts: number },
    position: bigint | undefined,
    requestedOn: string | undefined,
  ): Promise<ErasedPerson> {
    if (position !== undefined) return shown(receipt, position);
    const outcome = await this.ledger.recordOwn(this.rules.touchpointOf(receipt, requestedOn));
    if (outcome.status === 'rejected') throw RapportError.from(outcome.rejection);
    return shown(receipt, outcome.position);
  }
}

interface Held {
  readonly id: string;
  readonly parts: number;
  readonly told: bigint | undefined;
}

function shown(
  { approvedby, ...receipt }: ErasureReceipt & { readonly parts: number },
  position: bigint | undefined,
): ErasedPerson {
  return {
    ...receipt,
    ...(approvedby === undefined ? {} : { approvedBy: approvedby }),
    ...(position === undefined ? {} : { position }),
  };
}
