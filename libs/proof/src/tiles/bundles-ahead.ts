import type { BundleReading } from './bundle-reading.js';

/** Who reads the bundles of a log before they are due, so that whoever verifies it finds them read. */
export interface BundlesAhead {
  /**
   * Told before every pass over the log.
   * @param size entries of the log
   */
  pass(size: number): void;
  /**
   * Asks for the bundles of a pass one by one, in their order: the next one if it was read and is not damaged, undefined
   * otherwise. The one before it is done with.
   */
  take(): BundleReading | undefined;
}
