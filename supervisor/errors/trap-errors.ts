/** Why a running instance is ended: the traps of the canonical ABI. */
export const trapErrors = {} as const;
