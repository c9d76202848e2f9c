import { RapportError } from '@rapport/kernel';
import { MongoError } from 'mongodb';

/**
 * Runs something on MongoDB; a failure of the driver is told in Rapport's codes, any other as it is.
 * @throws RapportError `STORE_UNAVAILABLE`
 */
export async function mongoGuarded<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!(cause instanceof MongoError)) throw cause;
    throw new RapportError(
      'STORE_UNAVAILABLE',
      `MongoDB did not answer for ${what} (${cause.name}): see that it runs and may be written, and try again.`,
      { cause },
    );
  }
}
