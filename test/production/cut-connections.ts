import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** Stands between a program and its server, and cuts, holds or slows down what goes through. */
export class Wire {
  private readonly pairs = new Set<readonly [Socket, Socket]>();
  private isHeld = false;
  private delayMs = 0;

  private constructor(private readonly server: Server) {}

  static async to(host: string, port: number): Promise<Wire> {
    const server = createServer();
    const wire = new Wire(server);
    server.on('connection', (near) => wire.join(near, connect(port, host)));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return wire;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Ends every connection at once, whatever is on its way. */
  cut(): void {
    for (const pair of this.pairs) for (const socket of pair) socket.resetAndDestroy();
  }

  /** Lets nothing through any more, in either direction, without ending a connection. */
  hold(): void {
    this.isHeld = true;
    for (const pair of this.pairs) for (const socket of pair) socket.pause();
  }

  /** Lets everything through so much later, in either direction; 0 for at once. */
  slow(delayMs: number): void {
    this.delayMs = delayMs;
  }

  release(): void {
    this.isHeld = false;
    for (const pair of this.pairs) for (const socket of pair) socket.resume();
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private join(near: Socket, far: Socket): void {
    const pair = [near, far] as const;
    this.pairs.add(pair);
    for (const [from, to] of [pair, [far, near] as const]) {
      const pass = inTurn(() => this.delayMs);
      from.on('data', (bytes) => pass(() => void to.write(bytes)));
      from.on('error', () => from.destroy()); // cut on purpose, or the server is not there
      from.on('close', () => {
        to.destroy();
        this.pairs.delete(pair);
      });
      if (this.isHeld) from.pause();
    }
  }
}

/** Does one thing after the other, each so long after it was asked for; never one before another that was asked for first. */
function inTurn(delayMs: () => number): (work: () => void) => void {
  const waiting: (() => void)[] = [];
  const doNext = (): void => waiting.shift()?.();
  return (work) => {
    if (delayMs() === 0 && waiting.length === 0) return work();
    waiting.push(work);
    setTimeout(doNext, delayMs());
  };
}
