import { Interrupted } from './failures.js';

interface Queued {
  readonly bytes: number;
  readonly enter: () => void;
}

/** Lets so many in at once, and so many bytes; the others wait in the order in which they came. */
export class Admission {
  private count = 0;
  private bytes = 0;
  private readonly queue: Queued[] = [];

  constructor(
    private readonly countMax: number,
    private readonly bytesMax = Infinity,
  ) {}

  /**
   * Waits for a place.
   * @returns gives the place back
   * @throws Interrupted when there was none in time
   */
  async enter(bytes: number, timeoutMs: number): Promise<() => void> {
    if (this.queue.length > 0 || !this.hasRoomFor(bytes)) await this.wait(bytes, timeoutMs);
    else this.take(bytes);
    return () => this.leave(bytes);
  }

  private wait(bytes: number, timeoutMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const queued = {
        bytes,
        enter: () => {
          clearTimeout(timer);
          this.take(bytes);
          resolve();
        },
      };
      const timer = setTimeout(() => {
        this.queue.splice(this.queue.indexOf(queued), 1);
        reject(new Interrupted('too much is under way'));
        this.admit(); // it may have stood before smaller ones
      }, timeoutMs);
      this.queue.push(queued);
    });
  }

  /** Something larger than all the room goes alone. */
  private hasRoomFor(bytes: number): boolean {
    return this.count === 0 || (this.count < this.countMax && this.bytes + bytes <= this.bytesMax);
  }

  private take(bytes: number): void {
    this.count++;
    this.bytes += bytes;
  }

  private leave(bytes: number): void {
    this.count--;
    this.bytes -= bytes;
    this.admit();
  }

  private admit(): void {
    for (let next = this.queue[0]; next !== undefined && this.hasRoomFor(next.bytes); next = this.queue[0]) {
      this.queue.shift();
      next.enter();
    }
  }
}
