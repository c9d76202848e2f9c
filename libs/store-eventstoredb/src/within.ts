import { Interrupted } from './failures.js';

/** Fails when something takes longer than its time; what it gives later is given to `onLate`. @throws Interrupted */
export async function within<T>(
  work: Promise<T>,
  timeoutMs: number,
  onLate: (value: T) => void = () => undefined,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Interrupted(`no answer within ${Math.round(timeoutMs)} ms`));
      work.then(onLate, () => undefined);
    }, timeoutMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
