/**
 * Finds the secrets of the configuration in bytes that are about to leave the supervisor. Secrets are kept out of what modules see by their
 * type (reading.ts); this is the second lock, for the case that one came in another way, as by a file that a module may read.
 *
 * It finds a secret as it is: as UTF-8 and as UTF-16, which is how modules keep texts. It does not find what a module has made of one.
 */

/** UTF-16 code units of the shortest secret that is looked for: shorter ones are in everything by chance. */
export const shortestSecret = 8;

/** Looks through bytes that come in pieces: true if a secret ends in this one. */
export type SecretSearch = (piece: Uint8Array) => boolean;

export type SecretFinder = {
  /** Begins a search. */
  readonly search: () => SecretSearch;
};

/** Finds what `texts` gives when a search begins. */
export function secretFinder(texts: () => Iterable<string>): SecretFinder {
  return { search: () => searchFor([...texts()].flatMap(formsOf)) };
}

function formsOf(text: string): readonly Buffer[] {
  return text.length < shortestSecret ? [] : [Buffer.from(text, 'utf8'), Buffer.from(text, 'utf16le')];
}

function searchFor(forms: readonly Buffer[]): SecretSearch {
  // A secret may begin in one piece and end in another.
  const overlap = Math.max(0, ...forms.map(({ length }) => length - 1));
  let tail = Buffer.alloc(0);
  return (piece) => {
    const bytes = Buffer.from(piece.buffer, piece.byteOffset, piece.length);
    const seam = Buffer.concat([tail, bytes.subarray(0, overlap)]);
    const isFound = forms.some((form) => seam.includes(form) || bytes.includes(form));
    tail = Buffer.concat([tail, bytes.subarray(Math.max(0, bytes.length - overlap))]);
    tail = tail.subarray(Math.max(0, tail.length - overlap));
    return isFound;
  };
}
