/** What is under way in each stream, in the order in which it came. */
export class StreamTurns {
  private readonly last = new Map<string, Turn>();

  /** Takes the next place in a stream; whoever takes one must end it. */
  take(stream: string): Turn {
    const turn = new Turn(this.last.get(stream), () => {
      if (this.last.get(stream) === turn) this.last.delete(stream);
    });
    this.last.set(stream, turn);
    return turn;
  }
}

/** A place in the order of a stream. */
export class Turn {
  private finish: () => void = () => undefined;
  private readonly ended = new Promise<void>((resolve) => {
    this.finish = resolve;
  });

  constructor(
    private before: Turn | undefined,
    private readonly onEnd: () => void,
  ) {
    void before?.ended.then(() => {
      this.before = undefined;
    });
  }

  /** Its own outcome is not known, and it will be sent again. */
  isInterrupted = false;

  /** Whether something that came before it is still under way. */
  get isBehind(): boolean {
    return this.before !== undefined;
  }

  /** Whether something that came before it will be sent again, and so may come after it. */
  get isOvertaking(): boolean {
    for (let turn = this.before; turn !== undefined; turn = turn.before) if (turn.isInterrupted) return true;
    return false;
  }

  /** Resolves when everything that came before it has ended. */
  async front(): Promise<void> {
    await this.before?.ended;
  }

  end(): void {
    void this.front().then(() => {
      this.onEnd();
      this.finish();
    });
  }
}
