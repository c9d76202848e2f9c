import { RapportError } from '@rapport/kernel';
import type { Lease } from '@rapport/ledger';
import type { Statements } from './statements.js';

/** Grants to write, in the file they protect: a token that is not the current one is refused in the transaction it would write. */
export class Leases {
  constructor(
    private readonly sql: Statements,
    private readonly now: () => number,
  ) {}

  take(name: string, owner: string, ttlMs: number): Lease | undefined {
    return this.sql.transaction(() => {
      const nowMs = this.now();
      const held = this.sql.row<[owner: string, token: number, expiresAtMs: number]>(
        'SELECT owner, token, expires_at FROM leases WHERE name = ?',
        name,
      );
      const [holder, lastToken, expiresAtMs] = held ?? ['', 0, 0];
      if (holder !== '' && holder !== owner && expiresAtMs > nowMs) return undefined;
      const lease = {
        name,
        owner,
        token: holder === owner ? lastToken : lastToken + 1,
        expiresAtMs: nowMs + ttlMs,
      };
      this.sql.run(
        'INSERT OR REPLACE INTO leases (name, owner, token, expires_at) VALUES (?, ?, ?, ?)',
        name,
        owner,
        lease.token,
        lease.expiresAtMs,
      );
      return lease;
    });
  }

  /** Gives a lease back; the token stays used. */
  release({ name, owner, token }: Lease): void {
    this.sql.run(
      "UPDATE leases SET owner = '', expires_at = 0 WHERE name = ? AND owner = ? AND token = ?",
      name,
      owner,
      token,
    );
  }

  /** To be called inside the transaction that writes. @throws RapportError `LEASE_LOST` */
  check({ name, owner, token }: Lease): void {
    const held = this.sql.row<[owner: string, token: number]>(
      'SELECT owner, token FROM leases WHERE name = ?',
      name,
    );
    if (held !== undefined && held[0] === owner && held[1] === token) return;
    throw new RapportError(
      'LEASE_LOST',
      `The lease ${name} of ${owner} was given back or taken over: nothing was written; take it again before writing.`,
      {
        facts: { token, tokenCurrent: held?.[1] ?? 0 },
      },
    );
  }
}
