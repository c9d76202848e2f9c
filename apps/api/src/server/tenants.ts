import { RapportError } from '@rapport/kernel';
import type { Ledger } from '@rapport/ledger';
import type { Rapport } from '@rapport/profiles';

/** The ledgers that requests speak to. Reading never brings a tenant into being; recording may, up to a bound. */
export class Tenants {
  private readonly opened = new Map<string, Ledger>();

  constructor(
    private readonly rapport: Rapport,
    private readonly tenantsMax: number,
  ) {}

  /** The ledger when it is in use already: the way of nearly every request. */
  inUse(tenant: string): Ledger | undefined {
    return this.opened.get(tenant);
  }

  /** Ledgers in use, for health and metrics. */
  all(): readonly Ledger[] {
    return [...this.opened.values()];
  }

  /** @throws RapportError `TENANT_NOT_FOUND`, `INVALID_TENANT` */
  async existing(tenant: string): Promise<Ledger> {
    const opened = this.opened.get(tenant);
    if (opened !== undefined) return opened;
    const names = await this.rapport.tenants();
    if (!names.includes(tenant)) {
      throw new RapportError(
        'TENANT_NOT_FOUND',
        'There is no such tenant: record something for it first, or check the name.',
      );
    }
    return this.open(tenant);
  }

  /** @throws RapportError `INVALID_TENANT`, `LIMIT_EXCEEDED` */
  async forRecording(tenant: string): Promise<Ledger> {
    const opened = this.opened.get(tenant);
    if (opened !== undefined) return opened;
    const names = await this.rapport.tenants();
    if (!names.includes(tenant) && names.length >= this.tenantsMax) {
      throw new RapportError(
        'LIMIT_EXCEEDED',
        `There are ${names.length} tenants, as many as this server makes.`,
      );
    }
    return this.open(tenant);
  }

  private async open(tenant: string): Promise<Ledger> {
    const ledger = await this.rapport.ledger(tenant);
    this.opened.set(tenant, ledger);
    return ledger;
  }
}
