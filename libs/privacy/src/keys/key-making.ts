import { randomBytes } from 'node:crypto';
import { toBase64Url } from '../bytes/base64url.js';
import type { KeyState, KeyStore, WrappedKey } from '../ports/key-store.js';
import type { KeyWrapper } from '../ports/key-wrapper.js';
import { PERSON_KEY_BYTES } from '../seal/person-key.js';

const KEYID_BYTES = 16;

/**
 * Makes the keys of new persons. Those asked for while others are on their way are written together: a durable write takes
 * as long for one key as for many, and a server meets new persons from many sides at once.
 */
export class KeyMaking {
  private gathering:
    { readonly persons: Set<string>; readonly made: Promise<ReadonlyMap<string, KeyState>> } | undefined;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly store: KeyStore,
    private readonly wrapper: KeyWrapper,
  ) {}

  /** The states of these persons, and perhaps of others, once their keys are durable. @throws RapportError of store and wrapper */
  make(persons: readonly string[]): Promise<ReadonlyMap<string, KeyState>> {
    const { gathering } = this;
    if (gathering !== undefined) {
      for (const person of persons) gathering.persons.add(person);
      return gathering.made;
    }
    const gathered = new Set(persons);
    const made = this.turn.then(() => {
      this.gathering = undefined;
      return this.makeAll([...gathered]);
    });
    this.gathering = { persons: gathered, made };
    this.turn = made.catch(() => undefined); // whoever asked hears of it
    return made;
  }

  private async makeAll(persons: readonly string[]): Promise<ReadonlyMap<string, KeyState>> {
    const wrapped = await Promise.all(persons.map((person) => this.wrapNew(person)));
    const states = await this.store.create(wrapped);
    return new Map(persons.map((person, index) => [person, states[index] ?? { state: 'none' }]));
  }

  private async wrapNew(person: string): Promise<WrappedKey> {
    const key = randomBytes(PERSON_KEY_BYTES);
    const keyid = toBase64Url(randomBytes(KEYID_BYTES));
    const wrapped = await this.wrapper.wrap(key, { person, keyid });
    key.fill(0); // it is opened like any other: what cannot be opened again must never seal
    return { person, keyid, wrapper: this.wrapper.id, wrapped };
  }
}
