/** A day of a firm: how much arrives in which second. */
export interface Day {
  /** On average over the day. */
  readonly eventsPerSecond: number;
  /** How much more than that arrives in the busiest hour of an ordinary day. */
  readonly peakFactor: number;
  /** A campaign goes out at noon, and for an hour so many times the average comes on top. */
  readonly campaignFactor: number;
}

/** What one projector made of it. */
export interface Backlog {
  readonly eventsMax: number;
  /** How far the views were behind at worst: seconds until the last event that had arrived was in them. */
  readonly secondsMax: number;
  /** For how long they were more than a second behind. */
  readonly behindSeconds: number;
}

const SECONDS_PER_DAY = 86_400;
const NOON = SECONDS_PER_DAY / 2;
const HOUR = 3_600;

/**
 * Lets a day pass second by second before one projector, which takes what has arrived up to what it can. Deterministic: the
 * day's curve is a cosine with its peak in the evening, the campaign a block of an hour.
 */
export function simulateDay(
  { eventsPerSecond, peakFactor, campaignFactor }: Day,
  capacityPerSecond: number,
): Backlog {
  let waiting = 0;
  let [eventsMax, secondsMax, behindSeconds] = [0, 0, 0];
  // What is left at midnight is worked off in the days after: they are not simulated, and the worst is over by then.
  for (let second = 0; second < SECONDS_PER_DAY; second++) {
    const curve = 1 - (peakFactor - 1) * Math.cos((2 * Math.PI * (second - 8 * HOUR)) / SECONDS_PER_DAY);
    const campaign = second >= NOON && second < NOON + HOUR ? campaignFactor : 0;
    waiting += eventsPerSecond * (Math.max(0, curve) + campaign);
    waiting -= Math.min(waiting, capacityPerSecond);
    const seconds = waiting / capacityPerSecond;
    eventsMax = Math.max(eventsMax, waiting);
    secondsMax = Math.max(secondsMax, seconds);
    if (seconds > 1) behindSeconds++;
  }
  return { eventsMax: Math.round(eventsMax), secondsMax, behindSeconds };
}
