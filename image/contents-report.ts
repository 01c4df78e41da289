/** What is in an image, for a person: every entry with its size, where it comes from and why it is there, the largest first. */
import type { ContentEntry, FileOrigin } from './contents.ts';

/** An entry with the bytes that it has in the tree, before compression. */
export type WeighedEntry = { readonly entry: ContentEntry; readonly bytes: number };

/** The report, as text. */
export function writeContentsReport(
  image: { readonly version: string; readonly architecture: string },
  weighed: readonly WeighedEntry[],
): string {
  const total = weighed.reduce((sum, { bytes }) => sum + bytes, 0);
  const files = weighed
    .filter(({ entry }) => entry.kind === 'file')
    .sort((one, other) => other.bytes - one.bytes || (one.entry.path < other.entry.path ? -1 : 1));
  const others = weighed.filter(({ entry }) => entry.kind !== 'file');
  const rows = [...files, ...others].map(({ entry, bytes }) => [
    entry.kind === 'file' ? bytes.toLocaleString('en-US') : '',
    entry.kind === 'link' ? `${entry.path} -> ${entry.target}` : entry.path,
    entry.kind === 'file' ? originText(entry.origin) : entry.kind,
    entry.reason,
  ]);
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map(([size = '', path = '', origin = '', reason = '']) =>
    [size.padStart(widths[0] ?? 0), path.padEnd(widths[1] ?? 0), origin.padEnd(widths[2] ?? 0), reason].join(
      '  ',
    ),
  );
  const head = `eft ${image.version} ${image.architecture}: ${files.length} files, ${total.toLocaleString('en-US')} bytes before compression`;
  return `${[head, '', ...lines].join('\n')}\n`;
}

function originText(origin: FileOrigin): string {
  switch (origin.from) {
    case 'package':
      return `Debian ${origin.name}`;
    case 'certificates':
      return `Debian ${origin.name}, joined`;
    case 'build':
      return `built ${origin.name}`;
    case 'folder':
      return `image/${origin.path}`;
  }
}
