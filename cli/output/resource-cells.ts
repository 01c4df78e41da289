/**
 * Resources as rows of a table. Any kind can be shown: its columns are the fields of the values. For the kinds that people look at most, a small table says which
 * fields matter, and how they read best.
 */
import type { JsonObject, JsonValue } from '@bufbuild/protobuf';
import { visibleText } from '../../supervisor/document/visible-text.ts';
import { shortKind } from '../api/kind-names.ts';

/** Columns of a kind that nothing is said of. */
const columnLimit = 7;
/** Characters of one cell. */
const cellLimit = 60;

type Field = {
  /** Such as `lease.address`. */
  readonly path: string;
  readonly title?: string;
  readonly form?: 'nanoseconds' | 'since-first' | 'thousandths';
};

export type Row = {
  readonly id: string;
  readonly value?: JsonObject | undefined;
  readonly phase: string;
  /** Whose clock its times are of. */
  readonly node?: string;
};

const preferred: Readonly<Record<string, readonly (Field | string)[]>> = {
  'address-status': ['link', 'state', 'owned'],
  'boot-phase': [
    'order',
    'state',
    { path: 'began', form: 'since-first' },
    { path: 'took', form: 'nanoseconds' },
    'message',
  ],
  'dhcp-lease': [
    'state',
    { path: 'lease.address', title: 'ADDRESS' },
    { path: 'lease.server', title: 'SERVER' },
    'message',
  ],
  'link-status': ['kind', 'operationalState', 'hardwareAddress', 'mtu', 'master', 'owned'],
  'module-status': ['state', 'version', 'restarts', 'message'],
  operation: ['target', 'verb', 'state', { path: 'progress', form: 'thousandths' }, 'message'],
  'route-status': ['destination', 'gateway', 'link', 'metric', 'table', 'protocol', 'owned'],
};

/** What the resources of a kind are in the order of, where that is not their ids. */
const orders: Readonly<Record<string, string>> = { 'boot-phase': 'order' };

/** The resources of one node and kind in the order in which people want them. */
export function inOrder<Resource extends Row>(
  kind: string,
  resources: readonly Resource[],
): readonly Resource[] {
  const field = orders[shortKind(kind)];
  const placeOf = ({ value }: Row): number => (field === undefined ? 0 : Number(value?.[field] ?? 0));
  const compare = (left: Row, right: Row) => placeOf(left) - placeOf(right) || (left.id < right.id ? -1 : 1);
  return [...resources].sort(compare);
}

/** The titles of the columns of some resources of one kind, and a cell for each row and column. A column that is empty everywhere is left out. */
export function resourceTable(
  kind: string,
  rows: readonly Row[],
): { readonly titles: readonly string[]; readonly cells: readonly (readonly string[])[] } {
  const fields = fieldsOf(kind, rows);
  const cells = rows.map(({ value, node }) =>
    fields.map((field) =>
      cellOf(
        value,
        field,
        firstOf(
          field,
          rows.filter((row) => row.node === node),
        ),
      ),
    ),
  );
  const isShown = fields.map((_, column) => rows.length === 0 || cells.some((row) => row[column] !== ''));
  const isTearing = rows.some(({ phase }) => phase !== 'running');
  return {
    titles: [
      'ID',
      ...fields.filter((_, column) => isShown[column]).map(titleOf),
      ...(isTearing ? ['PHASE'] : []),
    ],
    cells: rows.map((row, index) => [
      visibleText(row.id),
      ...(cells[index] ?? []).filter((_, column) => isShown[column]),
      ...(isTearing ? [row.phase] : []),
    ]),
  };
}

/** What is not as before, field by field: `up: false → true`. */
export function changesOf(before: JsonObject | undefined, after: JsonObject): readonly string[] {
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after)])];
  return names.flatMap((name) => {
    const [old, now] = [before?.[name], after[name]];
    if (JSON.stringify(old) === JSON.stringify(now)) return [];
    const label = visibleText(name);
    if (before === undefined) return [`${label}: ${textOf(now)}`];
    return [`${label}: ${old === undefined ? '–' : textOf(old)} → ${now === undefined ? '–' : textOf(now)}`];
  });
}

/** A value in one line. */
export function textOf(value: JsonValue | undefined): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return visibleText(value, cellLimit);
  if (Array.isArray(value)) {
    const isPlain = value.every((item) => typeof item !== 'object');
    return visibleText(isPlain ? value.join(', ') : JSON.stringify(value), cellLimit);
  }
  if (typeof value === 'object') return visibleText(shortObject(value), cellLimit);
  return String(value);
}

/** A variant without content is its case; anything else is as in JSON, without the quotes that names need not have. */
function shortObject(value: JsonObject): string {
  const [[name, content] = ['', null], ...others] = Object.entries(value);
  if (others.length === 0 && content === null) return name;
  return JSON.stringify(value).replace(/"([A-Za-z][A-Za-z0-9]*)":/g, '$1: ');
}

function fieldsOf(kind: string, rows: readonly Row[]): readonly Field[] {
  const known = preferred[shortKind(kind)];
  if (known !== undefined && kind.startsWith('eft:')) {
    return known.map((field) => (typeof field === 'string' ? { path: field } : field));
  }
  const names = [...new Set(rows.flatMap(({ value }) => Object.keys(value ?? {})))];
  const isPlain = (name: string) => rows.every(({ value }) => !isComposed(value?.[name]));
  // What has parts of its own needs room: after the rest, if there is any.
  const ordered = [...names.filter(isPlain), ...names.filter((name) => !isPlain(name))];
  return ordered.slice(0, columnLimit).map((path) => ({ path }));
}

function isComposed(value: JsonValue | undefined): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function titleOf({ path, title }: Field): string {
  const name = path.slice(path.lastIndexOf('.') + 1);
  return title ?? visibleText(name.replace(/([a-z0-9])([A-Z])/g, '$1 $2').toUpperCase());
}

function cellOf(value: JsonObject | undefined, { path, form }: Field, first: number): string {
  const found = fieldAt(value, path);
  const number = typeof found === 'string' || typeof found === 'number' ? Number(found) : Number.NaN;
  if (form === undefined || !Number.isFinite(number)) return textOf(found);
  switch (form) {
    case 'nanoseconds':
      return durationText(number);
    case 'since-first':
      return durationText(number - first);
    case 'thousandths':
      return `${(number / 10).toFixed(0)} %`;
  }
}

/** The least of a field, for what is counted from there: clocks of machines begin at odd times. */
function firstOf({ path, form }: Field, rows: readonly Row[]): number {
  if (form !== 'since-first') return 0;
  const numbers = rows.map(({ value }) => Number(fieldAt(value, path))).filter(Number.isFinite);
  return Math.min(...numbers);
}

function fieldAt(value: JsonObject | undefined, path: string): JsonValue | undefined {
  let found: JsonValue | undefined = value;
  for (const name of path.split('.')) {
    found = typeof found === 'object' && found !== null && !Array.isArray(found) ? found[name] : undefined;
  }
  return found;
}

/** `812 µs`, `12.3 ms`, `4.56 s`. */
export function durationText(nanoseconds: number): string {
  if (nanoseconds < 1e6) return `${Math.round(nanoseconds / 1e3)} µs`;
  if (nanoseconds < 1e9) return `${(nanoseconds / 1e6).toFixed(1)} ms`;
  return `${(nanoseconds / 1e9).toFixed(2)} s`;
}
