// `node scripts/healthy.mjs URL`: ends with 0 when the address answers that all is well, as health checks of containers
// ask, with 1 and a word on why otherwise.
const ANSWER_MS_MAX = 4_000;

const url = process.argv[2] ?? 'http://127.0.0.1:7070/readyz';
try {
  const { status } = await fetch(url, { signal: AbortSignal.timeout(ANSWER_MS_MAX) });
  if (status !== 200) throw new Error(`it answered ${status}`);
} catch (error) {
  console.error(`${url}: ${error.cause?.message ?? error.message}`);
  process.exitCode = 1;
}
