/** What can go wrong while an image is made or read. */
export const imageErrors = {
  'image.tool': {
    what: '`{command}` failed: {reason}',
    act: 'see that the tool is installed (`npm run build` says which packages are needed) and that there is room on the disk',
  },
  'image.no-directory': {
    what: '{path} is listed, and its directory {directory} is not',
    act: 'list {directory} under `directories`, with its reason',
  },
  'image.not-locked': {
    what: 'the image takes files from the Debian package {name}, which is not pinned',
    act: 'run `{command}`, look at what has changed, and commit the lock file',
  },
  'image.no-package-file': {
    what: '{path} is listed, and the Debian package {name} {version} has no such file',
    act: 'correct the path in image/contents.yaml, or name the package that has the file',
  },
  'image.not-reproducible': {
    what: 'a second build of the same sources, in another folder, gives another {file}',
    act: 'find what differs (`cmp`, `unsquashfs -lln`); both files are kept in {folder}',
  },
  'image.descriptor': {
    what: 'this is no descriptor of an image: it does not hold a payload and its signatures',
    act: 'give the file that `eft image build` has written beside the image',
  },
  'image.unknown-key': {
    what: 'it is signed with the key {kid}, which is not trusted here',
    act: 'if you know whose key it is, add its public half with `--trust FILE`; if not, do not use the image',
  },
  'image.damaged': {
    what: 'this is not the image that its descriptor names: {reason}',
    act: 'get the image again: what was changed is refused by the kernel too',
  },
} as const;
