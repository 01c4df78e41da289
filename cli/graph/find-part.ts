/** The part of a graph that a word on the command line means. */
import { nearestName } from '../../supervisor/document/nearest-name.ts';
import { EftError } from '../../supervisor/errors/eft-error.ts';
import { resolveKind, shortKind } from '../api/kind-names.ts';
import { type AuthorityGraph, partOfGraph } from './authority-graph.ts';

/**
 * What has to do with the actor of this name, or else with the kind that the word means, as in `eft get`. `where` is what the graph is of, for people.
 * Errors: `client.not-in-graph`, `client.several-kinds`.
 */
export function findPart(graph: AuthorityGraph, word: string, where: string): AuthorityGraph {
  if (graph.actors.some(({ name }) => name === word)) return partOfGraph(graph, { actor: word });
  const kinds = graph.kinds.map(({ name }) => name);
  try {
    return partOfGraph(graph, { kind: resolveKind(word, kinds, where) });
  } catch (error) {
    if (!(error instanceof EftError) || error.code !== 'client.no-kind') throw error;
    const nearest = nearestName(word, [...graph.actors.map(({ name }) => name), ...kinds.map(shortKind)]);
    const hint = nearest === undefined ? '' : `did you mean \`${nearest}\`? `;
    throw EftError.of('client.not-in-graph', { where, word, hint }, { cause: error });
  }
}
