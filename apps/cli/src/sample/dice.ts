/**
 * Seeded chance in whole numbers, so that the sample is the same on every machine: SplitMix (Steele, Lea and Flood, 2014)
 * with the 32-bit finalizer of MurmurHash3. Each party and story throws its own dice: a change to one story leaves all
 * others as they were.
 */
export class Dice {
  private state: number;

  /** @param name what the dice are for; the same name always throws the same */
  constructor(name: string) {
    // FNV-1a: an own seed for each name.
    let hash = 0x811c9dc5;
    for (let index = 0; index < name.length; index++) {
      hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193);
    }
    this.state = hash;
  }

  /** A whole number from 0 up to, but not including, `count`. */
  below(count: number): number {
    this.state = (this.state + 0x9e3779b9) | 0;
    let mixed = this.state;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return ((mixed ^ (mixed >>> 16)) >>> 0) % count;
  }

  /** A whole number between two bounds, both inclusive. */
  between(min: number, max: number): number {
    return min + this.below(max - min + 1);
  }

  /** Whether something happens that does so `percent` times in a hundred. */
  percent(percent: number): boolean {
    return this.below(100) < percent;
  }

  /** One of a list that is not empty. */
  pick<const L extends readonly [unknown, ...unknown[]]>(list: L): L[number] {
    return list[this.below(list.length)] ?? list[0];
  }
}
