/** Finds the kind of resource that a person means: `links`, `link-status`, `bootphases`, `lease` or the whole name. */
import { nearestName } from '../../supervisor/document/nearest-name.ts';
import { EftError } from '../../supervisor/errors/eft-error.ts';

/**
 * The kind that `word` means, of those that a node has. In this order: the whole name; the name without its package; the same without regard to hyphens and
 * plural; the same with `-status` behind it, for what is said of a thing before what it should be; the only one that begins, or ends, with it.
 * Errors: `client.no-kind`, `client.several-kinds`.
 */
export function resolveKind(word: string, kinds: readonly string[], node: string): string {
  const squeezed = singulars(squeeze(word));
  const ways: readonly ((kind: string) => boolean)[] = [
    (kind) => kind === word,
    (kind) => shortKind(kind) === word,
    (kind) => squeezed.includes(squeeze(shortKind(kind))),
    (kind) => squeezed.some((name) => `${name}status` === squeeze(shortKind(kind))),
    (kind) => squeezed.some((name) => name !== '' && squeeze(shortKind(kind)).startsWith(name)),
    (kind) => squeezed.some((name) => name !== '' && squeeze(shortKind(kind)).endsWith(name)),
  ];
  for (const isMeant of ways) {
    const [found, ...others] = kinds.filter(isMeant);
    if (found === undefined) continue;
    if (others.length === 0) return found;
    const several = [found, ...others].join(', ');
    throw EftError.of('client.several-kinds', { word, kinds: several });
  }
  const names = [...new Set(kinds.map(shortKind))].sort();
  const nearest = nearestName(word, names);
  const hint = nearest === undefined ? '' : `did you mean \`${nearest}\`? `;
  throw EftError.of('client.no-kind', { node, word, hint });
}

/** `link-status` for `eft:resources/link-status`. */
export function shortKind(kind: string): string {
  return kind.slice(kind.lastIndexOf('/') + 1);
}

function squeeze(name: string): string {
  return name.toLowerCase().replace(/[-_ ]/g, '');
}

/** The word, and what it may be the plural of. */
function singulars(word: string): readonly string[] {
  const forms = [word];
  if (word.endsWith('ies')) forms.push(`${word.slice(0, -3)}y`);
  if (/(s|x|ch|sh)es$/.test(word)) forms.push(word.slice(0, -2));
  if (word.endsWith('s') && !word.endsWith('ss') && !word.endsWith('status')) forms.push(word.slice(0, -1));
  return forms;
}
