/**
 * A stranger's text made fit for a terminal. Terminals obey control characters: they move the cursor, hide what stands before, and
 * some answer as if they were the keyboard. Formatting characters turn the direction of what follows. All of these are shown instead.
 */

/** Controls, formatting such as the marks of direction, lone surrogates, private use, and separators of lines and paragraphs. */
const hostile = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu;

/** `text` in one line, with `\u{1b}` in the place of what is not to be obeyed, cut after `limit` UTF-16 code units. */
export function visibleText(text: string, limit = Number.POSITIVE_INFINITY): string {
  const shown = text.length > limit ? `${text.slice(0, limit).toWellFormed()}…` : text;
  return shown.replace(hostile, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}

/** JSON text with the same characters escaped in JSON's way: it says the same as before. Line feeds between values stay. */
export function visibleJson(json: string): string {
  return json.replace(/[\u007f-\u009f\p{Cf}\p{Co}\p{Zl}\p{Zp}]/gu, (character) =>
    Array.from(
      { length: character.length },
      (_, unit) => `\\u${character.charCodeAt(unit).toString(16).padStart(4, '0')}`,
    ).join(''),
  );
}
