import { joinPersonal, OPTIONAL_ATTRIBUTES, type RecordedEvent } from '@rapport/kernel';
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
  readonly line: (event: RecordedEvent) => string;
}

/** Events as NDJSON, as the ledger holds them. @param personal with the values of personal members */
export const recordedNdjson = (tenant: string, personal: boolean): EventText => ({
  header: '',
  line: ({ personal: values, ...event }) =>
    `${jsonText({ tenant, ...event, ...(personal && values !== undefined ? { personal: values } : {}) })}\n`,
});

/** Events as the CloudEvents that were recorded: what `rapport record` takes. Without personal values a payload may lack members. */
export const cloudEventNdjson = (personal: boolean): EventText => ({
  header: '',
  line: (event) => {
    const { id, source, type, subject, time, data } = event;
    const optional = OPTIONAL_ATTRIBUTES.flatMap((name) =>
      event[name] === undefined ? [] : [[name, event[name]] as const],
    );
    const whole = personal && event.personal !== undefined ? joinPersonal(data, event.personal) : data;
    return `${jsonText({ specversion: '1.0', id, source, type, subject, time, ...Object.fromEntries(optional), data: whole })}\n`;
  },
});

/** Events as CSV, the payload as JSON in one cell. */
export const eventCsv = (personal: boolean): EventText => ({
  header: csvLine([...ATTRIBUTES, 'data']),
  line: (event) => {
    const data =
      personal && event.personal !== undefined ? joinPersonal(event.data, event.personal) : event.data;
    return csvLine([
      ...ATTRIBUTES.map((name) => (name === 'position' ? event.position.toString() : event[name])),
      jsonText(data),
    ]);
  },
});
