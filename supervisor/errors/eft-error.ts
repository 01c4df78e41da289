/**
 * The one error type for everything a person can cause and must act on.
 *
 * A code is stable and greppable (`area.what`). Its two sentences come from the catalogue: what
 * happened (to what, and why), and what to do. Parameters are written `{name}` in the sentences and are
 * checked by the compiler. `docs/reference/errors.md` is generated from the catalogue and the fixtures in
 * `tests/errors/` that prove each text.
 */
import { type Catalogue, catalogue } from './catalogue.ts';

/** The two sentences of an error, with `{parameter}` where a value is filled in. */
export type ErrorText = { readonly what: string; readonly act: string };

export type ErrorCode = keyof Catalogue;

type Parameters<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Parameters<Rest>
  : never;

/** The parameters that an error code's sentences ask for. */
export type ErrorParameters<Code extends ErrorCode> = Record<
  Parameters<Catalogue[Code]['what']> | Parameters<Catalogue[Code]['act']>,
  string | number | bigint
>;

/** Where in a file something is wrong. Lines and columns count from 1; `offset` counts bytes from 0. */
export type Place = {
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  readonly offset?: number;
};

/** `file:line:column`, `file:line`, `file, byte 12`, or the empty string when nothing is known. */
export function formatPlace(place: Place): string {
  const parts: string[] = [];
  if (place.file !== undefined) parts.push(place.file);
  if (place.line !== undefined) parts.push(String(place.line));
  if (place.line !== undefined && place.column !== undefined) parts.push(String(place.column));
  const head = parts.join(':');
  if (place.offset === undefined) return head;
  const offset = `byte ${place.offset}`;
  return head === '' ? offset : `${head}, ${offset}`;
}

/** An error for the person who must act. `message` holds the place and what happened; `act` what to do. */
export class EftError extends Error {
  readonly code: ErrorCode;
  readonly act: string;
  readonly place: Place;

  private constructor(code: ErrorCode, what: string, act: string, place: Place, cause: unknown) {
    const head = formatPlace(place);
    super(head === '' ? what : `${head}: ${what}`, cause === undefined ? undefined : { cause });
    this.name = 'EftError';
    this.code = code;
    this.act = act;
    this.place = place;
  }

  /** Builds the error `code` with its sentences filled in from `parameters`. */
  static of<Code extends ErrorCode>(
    code: Code,
    parameters: ErrorParameters<Code>,
    options: { readonly place?: Place; readonly cause?: unknown } = {},
  ): EftError {
    const text: ErrorText = catalogue[code];
    const values = new Map<string, string | number | bigint>(Object.entries(parameters));
    return new EftError(
      code,
      fill(text.what, values),
      fill(text.act, values),
      options.place ?? {},
      options.cause,
    );
  }

  /**
   * An error that was one in another thread or process, and came here as text; undefined if its code is not known. `message` begins with
   * the place, if it is sent too.
   */
  static received(sent: {
    readonly code: string;
    readonly message: string;
    readonly act: string;
    readonly place?: Place;
  }): EftError | undefined {
    if (!isErrorCode(sent.code)) return undefined;
    const { code, message, act, place = {} } = sent;
    const head = formatPlace(place);
    const what = head === '' ? message : message.slice(head.length + 2);
    return new EftError(code, what, act, place, undefined);
  }

  /** The whole error as people see it: code, place, what happened, what to do. */
  render(): string {
    return `error[${this.code}]: ${this.message}\n  ${this.act}`;
  }
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(catalogue, code);
}

function fill(template: string, values: ReadonlyMap<string, string | number | bigint>): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => String(values.get(name) ?? whole));
}
