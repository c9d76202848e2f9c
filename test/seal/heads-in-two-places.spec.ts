import { afterEach, describe, expect, it } from '@jest/globals';
import { CheckpointSigner, headsInTwoPlaces, type SignedHeads } from '@rapport/ledger';
import { noteKeyPair, noteVerifier, openCheckpoint } from '@rapport/proof';
import { FollowedLog } from './followed-ledger.js';

const opened: FollowedLog[] = [];
afterEach(async () => {
  for (const log of opened.splice(0)) await log.dispose();
});

/** Heads kept in memory; a spec looks into them and changes them. */
function place(): SignedHeads & { head: Uint8Array | undefined } {
  const kept = {
    head: undefined as Uint8Array | undefined,
    last: async () => kept.head,
    keep: async (head: Uint8Array) => void (kept.head = head),
  };
  return kept;
}

/** A log of so many events, and signers of it that share what is published. */
async function logOf(count: number) {
  const log = new FollowedLog();
  opened.push(log);
  const published = place();
  const sealMore = async (more: number) => {
    await log.ledger.grow(more);
    await log.followToEnd({ openSigner: async () => undefined });
  };
  await sealMore(count);
  const signerWith = async (memory: SignedHeads, keys = log.keys) => {
    const heads = headsInTwoPlaces({ memory, published, verifierKey: keys.verifierKey });
    const signer = new CheckpointSigner({ log: log.log, heads, keys });
    await signer.open(true);
    return signer;
  };
  const sizeOf = ({ head }: { head: Uint8Array | undefined }): number =>
    head === undefined ? 0 : openCheckpoint(head, noteVerifier(log.keys.verifierKey)).checkpoint.size;
  return { log, published, sealMore, signerWith, sizeOf };
}

describe('signed heads in two places', () => {
  it('are kept in both', async () => {
    const { published, signerWith, sizeOf } = await logOf(5);
    const memory = place();
    const signer = await signerWith(memory);
    expect([sizeOf(memory), sizeOf(published), signer.refused]).toEqual([5, 5, undefined]);
  });

  it('let a signer whose memory is behind go on from what another one published', async () => {
    const { published, sealMore, signerWith, sizeOf } = await logOf(5);
    const memory = place();
    await signerWith(memory);
    await sealMore(4);
    await signerWith(place());
    await sealMore(2);
    expect((await signerWith(memory)).refused).toBeUndefined();
    expect([sizeOf(memory), sizeOf(published)]).toEqual([11, 11]);
  });

  it('show a log that went back by either of them', async () => {
    const { log, published, signerWith } = await logOf(9);
    const memory = place();
    await signerWith(memory);
    log.shared.kept.splice(4);
    expect((await signerWith(place())).refused?.message).toMatch(/holds 4 events, and 9 were signed/);
    published.head = undefined;
    expect((await signerWith(memory)).refused?.message).toMatch(/holds 4 events, and 9 were signed/);
  });

  it('are not believed where they are published under another key', async () => {
    const { published, signerWith, log } = await logOf(3);
    await signerWith(place());
    const memory = place();
    await signerWith(memory);
    const forger = noteKeyPair(log.keys.verifierKey.split('+')[0]!, Buffer.alloc(32, 9));
    const forged = place();
    await new CheckpointSigner({ log: log.log, heads: forged, keys: forger }).open(true);
    published.head = forged.head;
    expect((await signerWith(memory)).refused?.message).toMatch(/last signed head cannot be read/);
  });
});
