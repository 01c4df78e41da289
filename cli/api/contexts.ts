/** What `eft` knows of clusters: one file of contexts, each with its nodes and the keys to them. */

export type Context = {
  readonly name: string;
  /** `address:port` of each node's API. */
  readonly nodes: readonly string[];
  /** The authority that vouches for the nodes, in PEM. */
  readonly authority: string;
  /** The operator's certificate and key, in PEM. */
  readonly certificate: string;
  readonly key: string;
};
