/** What can go wrong while an image is made or read. */
import { runTool } from '../../image/run-tool.ts';
import type { Fixture } from './fixture.ts';

export const fixtures: readonly Fixture[] = [
  {
    code: 'image.tool',
    title: 'a file to strip that is not there',
    provoke: () => runTool('/', 'strip', ['lizard']),
    text:
      "error[image.tool]: `strip lizard` failed: strip: 'lizard': No such file\n" +
      '  see that the tool is installed (`npm run build` says which packages are needed) and that there is room on the disk',
  },
];
