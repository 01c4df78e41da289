/** Every error code there is. One file an area beside this one; this file only joins them. */
import { componentErrors } from './component-errors.ts';
import { trapErrors } from './trap-errors.ts';

export const catalogue = {
  ...componentErrors,
  ...trapErrors,
} as const;

export type Catalogue = typeof catalogue;
