import { spawnSync } from 'node:child_process';
import { create } from '@bufbuild/protobuf';
import { expect, test } from 'vitest';
import { InspectResponseSchema } from '../../supervisor/api/generated/eft/v1/module_pb.js';
import { ListKindsResponseSchema } from '../../supervisor/api/generated/eft/v1/state_pb.js';
import { inspectModule } from '../../supervisor/api/methods/modules.ts';
import { listKinds } from '../../supervisor/api/methods/resources.ts';
import { call, playedNodeWithHealth } from '../../tests/api/test-node.ts';
import { type AuthorityGraph, graphOfManifests, graphOfNode, partOfGraph } from './authority-graph.ts';
import { drawDot } from './dot-drawing.ts';
import { checkoutManifests } from './module-sources.ts';
import { drawSvg } from './svg-drawing.ts';

const manifests = checkoutManifests();
const shipped = graphOfManifests(manifests);

test('a node that runs a module tells the same graph as its manifest', async () => {
  const node = await playedNodeWithHealth();
  const [kinds] = await call(
    listKinds(node, () => true),
    {},
  );
  const [health] = await call(inspectModule(node), { name: 'health' });
  const told = graphOfNode(create(ListKindsResponseSchema, kinds).kinds, [
    create(InspectResponseSchema, health),
  ]);
  const declared = graphOfManifests(manifests.filter(({ name }) => name === 'health'));
  expect(told.kinds.map(({ count: _, ...kind }) => kind)).toEqual(declared.kinds);
  expect(told.actors).toEqual(declared.actors);
  expect(told.readsAll).toEqual(['api']);
});

test('the part of a graph that has to do with a module, or with a kind, is no more than that', () => {
  const health = partOfGraph(shipped, { actor: 'health' });
  expect(health.kinds.map(({ name }) => name)).toEqual([
    'eft:resources/module-status',
    'eft:resources/node-status',
  ]);
  expect(health.actors.map(({ name }) => name)).toEqual(['health', 'supervisor']);
  const operation = partOfGraph(shipped, { kind: 'eft:resources/operation' });
  expect(operation.kinds[0]?.writers).toEqual([
    { actor: 'api', mode: 'shared' },
    { actor: 'supervisor', mode: 'shared' },
  ]);
  expect(operation.actors.map(({ name }) => name)).toEqual(['api', 'supervisor']);
});

test('Graphviz draws an edge for every right, and no other', () => {
  expect(edgesByGraphviz(drawDot(shipped))).toEqual(rightsOf(shipped));
});

test('names that are written to break out of the file do not', () => {
  const evil = '"];\\evil\n->"x<&>';
  const graph: AuthorityGraph = {
    actors: [{ name: evil, isModule: true, capabilities: [evil] }],
    kinds: [{ name: evil, writers: [{ actor: evil, mode: 'shared' }], readers: [] }],
    readsAll: [],
  };
  expect(edgesByGraphviz(drawDot(graph))).toHaveLength(1);
  const svg = drawSvg(graph, evil);
  expect(svg).not.toContain('x<&>');
  expect(svg).toContain('x&lt;&amp;&gt;');
});

test('the picture names every actor and every kind', () => {
  const svg = drawSvg(shipped, 'test');
  for (const { name } of shipped.actors) expect(svg).toContain(`>${name}</text>`);
  for (const { name } of shipped.kinds) expect(svg).toContain(name.replace('eft:resources/', ''));
});

function rightsOf({ kinds }: AuthorityGraph): readonly string[] {
  return kinds
    .flatMap(({ name, writers, readers }) => [
      ...writers.map(({ actor }) => `actor ${actor} > kind ${name}`),
      ...readers.map((reader) => `kind ${name} > actor ${reader}`),
    ])
    .sort();
}

/** Runs Debian's `dot`; its plain output has a line `edge TAIL HEAD …` for each (graphviz.org/docs/outputs/plain). */
function edgesByGraphviz(dot: string): readonly string[] {
  const run = spawnSync('dot', ['-Tplain'], { input: dot, encoding: 'utf8' });
  expect(run.stderr).toBe('');
  expect(run.status).toBe(0);
  return [...run.stdout.matchAll(/^edge ("(?:[^"\\]|\\.)*") ("(?:[^"\\]|\\.)*") /gms)]
    .map(([, tail = '', head = '']) => `${tail.slice(1, -1)} > ${head.slice(1, -1)}`)
    .sort();
}
