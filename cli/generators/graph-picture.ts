/** The picture of who reads and writes what on a node, from the manifests of the modules that the image brings. */
import type { Generator } from '../generate.ts';
import { graphOfManifests } from '../graph/authority-graph.ts';
import { checkoutManifests } from '../graph/module-sources.ts';
import { drawSvg } from '../graph/svg-drawing.ts';

export const graphPicture: Generator = {
  name: 'picture of who reads and writes what',
  generate: async () => {
    const picture = drawSvg(graphOfManifests(checkoutManifests()), 'Who reads and writes what on a node');
    return { files: new Map([['docs/pictures/graph.svg', picture]]), ownedFolders: [] };
  },
};
