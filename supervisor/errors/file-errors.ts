/** Why a file that a person named cannot be read or written. */
export const fileErrors = {
  'file.not-found': {
    what: 'there is no such file',
    act: 'check the path; relative paths start at the current directory',
  },
  'file.unreadable': {
    what: 'the file cannot be read: {reason}',
    act: 'check that it is a plain file and that you may read it',
  },
  'file.too-large': {
    what: 'the file has {size} bytes; at most {limit} are read',
    act: 'give the right file; this one is too large to be one',
  },
  'file.unwritable': {
    what: 'the file cannot be written: {reason}',
    act: 'check that its directory exists and that you may write there',
  },
} as const;
