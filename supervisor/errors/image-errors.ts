/** What can go wrong while an image is made or read. */
export const imageErrors = {
  'image.tool': {
    what: '`{command}` failed: {reason}',
    act: 'see that the tool is installed (`npm run build` says which packages are needed) and that there is room on the disk',
  },
} as const;
