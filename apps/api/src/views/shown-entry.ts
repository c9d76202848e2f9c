import type { JsonObject, StoredEntry } from '@rapport/kernel';

/** An entry as it is shown: what it says, and its place beside it. */
export interface ShownEntry extends JsonObject {
  readonly time: string;
  readonly source: string;
  readonly id: string;
  readonly subject: string;
  readonly position: string;
  readonly recordedat: string;
}

export const shownEntry = ({
  entry,
  time,
  source,
  id,
  subject,
  position,
  recordedat,
}: StoredEntry): ShownEntry => ({
  ...entry,
  time,
  source,
  id,
  subject,
  position: position.toString(),
  recordedat,
});
