import type { PersonKey } from '../seal/person-key.js';

/** A key in the clear, and when the store last said that it stands. */
interface Cached {
  readonly key: PersonKey;
  readonly confirmedAtMs: number;
}

/** A bounded number of person keys in the clear; the one that was not used for longest is let go first. */
export class KeyCache {
  private readonly cached = new Map<string, Cached>();

  constructor(private readonly keysMax: number) {}

  get(person: string): Cached | undefined {
    const found = this.cached.get(person);
    if (found === undefined) return undefined;
    this.cached.delete(person); // a map gives its keys in the order in which they were set
    this.cached.set(person, found);
    return found;
  }

  set(key: PersonKey, confirmedAtMs: number): void {
    this.cached.delete(key.person);
    this.cached.set(key.person, { key, confirmedAtMs });
    if (this.cached.size <= this.keysMax) return;
    for (const oldest of this.cached.keys()) {
      this.cached.delete(oldest); // not destroyed: somebody may be about to seal with it
      return;
    }
  }

  /** Destroys a key, also for those who hold it. */
  destroy(person: string): void {
    this.cached.get(person)?.key.destroy();
    this.cached.delete(person);
  }
}
