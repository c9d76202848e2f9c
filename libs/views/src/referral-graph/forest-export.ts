import { addIntegers } from '@rapport/kernel';
import type { Forest, ForestParty } from './forest.js';

/** A forest as GraphML (graphml.graphdrawing.org), piece by piece: readable by Gephi, yEd, NetworkX, igraph. */
export function* forestGraphMl(forest: Forest): Generator<string> {
  yield '<?xml version="1.0" encoding="UTF-8"?>\n<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n';
  for (const [id, type] of NODE_DATA)
    yield `  <key id="${id}" for="node" attr.name="${id}" attr.type="${type}"/>\n`;
  for (const id of EDGE_DATA) yield `  <key id="${id}" for="edge" attr.name="${id}" attr.type="string"/>\n`;
  yield '  <graph id="referrals" edgedefault="directed">\n';
  for (const party of forest.parties) {
    const data = [
      element('sales', String(party.sales)),
      party.firstSaleAt === null ? '' : element('firstSaleAt', party.firstSaleAt),
      element('value', valueText(party)),
    ];
    yield `    <node id="${xml(party.party)}">${data.join('')}</node>\n`;
  }
  for (const party of forest.parties) {
    if (party.introducedBy === null) continue;
    yield `    <edge source="${xml(party.introducedBy)}" target="${xml(party.party)}">${element('via', party.via ?? '')}${element('introducedAt', party.introducedAt ?? '')}</edge>\n`;
  }
  yield '  </graph>\n</graphml>\n';
}

const NODE_DATA = [
  ['sales', 'long'],
  ['firstSaleAt', 'string'],
  ['value', 'string'],
] as const;
const EDGE_DATA = ['via', 'introducedAt'] as const;

const element = (key: string, text: string): string => `<data key="${key}">${xml(text)}</data>`;

// XML 1.0 has no way to write most control characters: they become U+FFFD.
const NOT_XML = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g;
const xml = (text: string): string =>
  text
    .replace(NOT_XML, '\uFFFD')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\t', '&#9;')
    .replaceAll('\n', '&#10;')
    .replaceAll('\r', '&#13;');

/** A forest as one JSON text, piece by piece: `{ "parties": […], "brokenCircles": […] }`. */
export function* forestJson(forest: Forest): Generator<string> {
  yield '{"parties":[';
  for (const [index, party] of forest.parties.entries())
    yield `${index === 0 ? '' : ','}\n${JSON.stringify(party)}`;
  yield `\n],"brokenCircles":${JSON.stringify(forest.brokenCircles)}}\n`;
}

/** A forest as CSV (RFC 4180), one party a line. */
export function* forestCsv(forest: Forest): Generator<string> {
  yield 'party,introducedBy,via,introducedAt,assists,firstSaleAt,sales,value\r\n';
  for (const one of forest.parties) {
    const cells = [
      one.party,
      one.introducedBy ?? '',
      one.via ?? '',
      one.introducedAt ?? '',
      String(one.assists),
      one.firstSaleAt ?? '',
      String(one.sales),
      valueText(one),
    ];
    yield `${cells.map(cell).join(',')}\r\n`;
  }
}

const cell = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** `EUR 1200 USD 30`: minor units by currency. */
const valueText = ({ value }: ForestParty): string =>
  value.map(([currency, minor]) => `${currency} ${minor}`).join(' ');

/** Adds amounts by currency. */
export function addValues(left: ForestParty['value'], right: ForestParty['value']): ForestParty['value'] {
  const sums = new Map(left.map(([currency, minor]) => [currency, minor]));
  for (const [currency, minor] of right) sums.set(currency, addIntegers(sums.get(currency) ?? 0, minor));
  return [...sums].sort(([a], [b]) => (a < b ? -1 : 1));
}
