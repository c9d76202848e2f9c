const POLL_MS = 100;
const TIMEOUT_MS = 15 * 60_000;

interface ViewsAnswer {
  readonly items: readonly {
    readonly name: string;
    readonly health: readonly { readonly lagEvents: number }[];
  }[];
}

async function views(url: string): Promise<ViewsAnswer['items']> {
  const response = await fetch(`${url}/v1/views`);
  if (!response.ok)
    throw new Error(`the server does not show its views: ${response.status} ${await response.text()}`);
  return ((await response.json()) as ViewsAnswer).items;
}

/** Waits until every view of the server's default tenant reflects the whole ledger. */
export const untilViewsAreUpToDate = (url: string): Promise<void> =>
  until('the views did not reach the end of the ledger in time', async () =>
    (await views(url)).every(({ health }) => health.every(({ lagEvents }) => lagEvents === 0)),
  );

/** Starts a rebuild of every view; resolves when all have begun. */
export async function startRebuilds(url: string): Promise<void> {
  for (const { name } of await views(url)) {
    const response = await fetch(`${url}/v1/views/${name}/rebuild`, { method: 'POST' });
    if (!response.ok)
      throw new Error(`the rebuild of ${name} did not start: ${response.status} ${await response.text()}`);
  }
}

/** How many rebuilds have not finished. @throws Error when one has failed */
export async function rebuildsUnderWay(url: string): Promise<number> {
  let running = 0;
  for (const { name } of await views(url)) {
    const { rebuild } = (await (await fetch(`${url}/v1/views/${name}`)).json()) as {
      readonly rebuild?: { readonly state: string; readonly error?: { readonly code: string } };
    };
    if (rebuild?.state === 'failed')
      throw new Error(`the rebuild of ${name} failed: ${rebuild.error?.code ?? 'unknown'}`);
    if (rebuild?.state === 'running') running++;
  }
  return running;
}

async function until(failure: string, holds: () => Promise<boolean>): Promise<void> {
  const endAt = Date.now() + TIMEOUT_MS;
  while (!(await holds())) {
    if (Date.now() > endAt) throw new Error(failure);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
