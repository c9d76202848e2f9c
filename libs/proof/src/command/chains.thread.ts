// Follows the chains of a log in a folder while another thread hashes it.
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { verifyChains } from '../tiles/verify-chains.js';
import { readLocalFile } from './local-files.js';

const { folder, origin, size } = workerData as {
  readonly folder: string;
  readonly origin: string;
  readonly size: number;
};
const read = (path: string, bytesMax: number): Uint8Array | undefined =>
  readLocalFile(join(folder, path), bytesMax);
parentPort?.postMessage({ broken: verifyChains({ read }, { origin, size }) });
