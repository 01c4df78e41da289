/** TCP port of the API; the reference system's. */
export const apiPort = 50_000;
