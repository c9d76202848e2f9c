import {
  relationshipOf,
  timeText,
  type Channel,
  type Direction,
  type JsonObject,
  type Touchpoint,
} from '@rapport/kernel';
import { hasCome, type Instant } from './calendar.js';

/** Who acted: the party itself, one of the firm's staff, or a machine of the firm. */
export type Actor = 'party' | 'system' | `staff-${string}`;

/** One thing that happened, as a story tells it; the journal makes a touchpoint of it. */
export interface Fact {
  /** `<family>.<Kind>` */
  readonly kind: string;
  readonly at: Instant;
  readonly data: JsonObject;
  readonly channel?: Channel;
  readonly direction?: Direction;
  readonly episode?: string;
  readonly by?: Actor;
  readonly correlation?: string;
  readonly causation?: string;
  /** When it reached the ledger; as it happened unless given. */
  readonly arrives?: Instant;
  /** What it corrects or voids. */
  readonly corrects?: Told;
}

/** A fact that was told, so that others can refer to it. */
export interface Told {
  readonly id: string;
  readonly source: string;
  readonly subject: string;
  readonly at: Instant;
  readonly data: JsonObject;
  /** Whether it happened and arrived within the sample's three years; it is left out otherwise. */
  readonly told: boolean;
}

/** Systems of the sample's firm by the families that they tell of; the customer records tell of all others. */
const SOURCES: Readonly<Record<string, string>> = {
  sale: 'urn:sample:shop',
  complaint: 'urn:sample:helpdesk',
  support: 'urn:sample:helpdesk',
  survey: 'urn:sample:surveys',
};

/** Collects what the stories tell, and gives it back in the order in which it reached the ledger. */
export class Journal {
  private readonly arrivals: { readonly arrives: Instant; readonly event: JsonObject }[] = [];
  private readonly counts = new Map<string, number>();

  /** Tells a fact in the stream of a party. */
  tell(party: string, fact: Fact): Told {
    return this.tellOf(relationshipOf(party), party, fact);
  }

  /** Tells a fact in a stream about something else, such as `policy/loyalty`. */
  tellOf(subject: string, about: string, fact: Fact): Told {
    const { kind, at, data, by, corrects, arrives = at } = fact;
    const [family = '', name = ''] = kind.split('.');
    const touchpoint: Touchpoint = {
      id: this.nextId(subject, name, about),
      source: SOURCES[family] ?? 'urn:sample:crm',
      type: `rapport.${family}.${name}.v1`,
      subject,
      time: timeText(at),
      ...(fact.channel === undefined ? {} : { channel: fact.channel }),
      ...(fact.direction === undefined ? {} : { direction: fact.direction }),
      ...(fact.episode === undefined ? {} : { episode: fact.episode }),
      ...actorOf(by, about),
      ...(fact.correlation === undefined ? {} : { correlationid: fact.correlation }),
      ...(fact.causation === undefined ? {} : { causationid: fact.causation }),
      ...(corrects === undefined ? {} : { correctsid: corrects.id, correctssource: corrects.source }),
      data,
    };
    const told = hasCome(at) && hasCome(arrives) && corrects?.told !== false;
    if (told) this.arrivals.push({ arrives, event: { specversion: '1.0', ...touchpoint } });
    return { id: touchpoint.id, source: touchpoint.source, subject, at, data, told };
  }

  /** Everything told, in order of arrival. */
  inOrderOfArrival(): readonly JsonObject[] {
    // The sort is stable: what arrives at the same moment stays in the order in which it was told.
    return this.arrivals.toSorted((a, b) => a.arrives - b.arrives).map(({ event }) => event);
  }

  private nextId(subject: string, name: string, about: string): string {
    const count = (this.counts.get(`${subject} ${name}`) ?? 0) + 1;
    this.counts.set(`${subject} ${name}`, count);
    return `${name.replace(/(?<=.)[A-Z]/g, '-$&').toLowerCase()}-${about}-${count}`;
  }
}

function actorOf(by: Actor | undefined, about: string): Pick<Touchpoint, 'actorkind' | 'actorid'> {
  if (by === undefined) return {};
  if (by === 'party') return { actorkind: 'party', actorid: about };
  return by === 'system' ? { actorkind: 'system', actorid: 'web-shop' } : { actorkind: 'staff', actorid: by };
}
