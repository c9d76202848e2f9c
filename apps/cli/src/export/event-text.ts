import { joinPersonal, OPTIONAL_ATTRIBUTES, shownEvent, type OpenedEvent } from '@rapport/kernel';
import { jsonText } from '../terminal/terminal.js';
import { csvLine } from './csv.js';

const ATTRIBUTES = [
  'position',
  'recordedat',
  'time',
  'type',
  'subject',
  'revision',
  'source',
  'id',
  ...OPTIONAL_ATTRIBUTES,
] as const;

/** How events are written. */
export interface EventText {
  readonly header: string;
  /** Personal values are written where the event was opened. */
  readonly line: (event: OpenedEvent) => string;
}

/** Events as NDJSON, as the ledger holds them. */
export const recordedNdjson = (tenant: string): EventText => ({
  header: '',
  line: (event) => `${jsonText({ tenant, ...shownEvent(event) })}\n`,
});

/** Events as the CloudEvents that were recorded: what `rapport record` takes. Without personal values a payload may lack members. */
export const cloudEventNdjson: EventText = {
  header: '',
  line: (event) => {
    const { id, source, type, subject, time, data } = event;
    const optional = OPTIONAL_ATTRIBUTES.flatMap((name) =>
      event[name] === undefined ? [] : [[name, event[name]] as const],
    );
    return `${jsonText({ specversion: '1.0', id, source, type, subject, time, ...Object.fromEntries(optional), data: joinPersonal(data, event.personal ?? {}) })}\n`;
  },
};

/** Events as CSV, the payload as JSON in one cell. */
export const eventCsv: EventText = {
  header: csvLine([...ATTRIBUTES, 'data']),
  line: (event) =>
    csvLine([
      ...ATTRIBUTES.map((name) => (name === 'position' ? event.position.toString() : event[name])),
      jsonText(joinPersonal(event.data, event.personal ?? {})),
    ]),
};
