/**
 * The same change on several nodes, a few at a time, each of which must be well before the next ones begin. At the first failure it stops, and those that
 * were changed go back, the last one first. Pure: what is done to a node comes in.
 */

export type RollOut<Node> = {
  readonly nodes: readonly Node[];
  /** Nodes that may be changed at the same time, 1 or more. */
  readonly maximumUnavailable: number;
  /** Changes a node, and resolves when it is well with it. */
  readonly change: (node: Node) => Promise<void>;
  /** Has a changed node be as before. */
  readonly goBack: (node: Node) => Promise<void>;
};

export type RollOutOutcome<Node> = {
  /** In the order in which it happened. `untouched` were not begun. */
  readonly changed: readonly Node[];
  readonly failed: readonly { readonly node: Node; readonly error: unknown }[];
  readonly untouched: readonly Node[];
  readonly wentBack: readonly Node[];
  /** Nodes that could not go back: they run the new version. */
  readonly stuck: readonly { readonly node: Node; readonly error: unknown }[];
};

/** Does not reject. */
export async function rollOut<Node>({
  nodes,
  maximumUnavailable,
  change,
  goBack,
}: RollOut<Node>): Promise<RollOutOutcome<Node>> {
  const changed: Node[] = [];
  const failed: { node: Node; error: unknown }[] = [];
  let at = 0;
  while (at < nodes.length && failed.length === 0) {
    const group = nodes.slice(at, at + maximumUnavailable);
    at += group.length;
    await Promise.all(
      group.map(async (node) => {
        try {
          await change(node);
          changed.push(node);
        } catch (error) {
          failed.push({ node, error });
        }
      }),
    );
  }
  const untouched = nodes.slice(at);
  const wentBack: Node[] = [];
  const stuck: { node: Node; error: unknown }[] = [];
  if (failed.length > 0) {
    for (const node of changed.toReversed()) {
      try {
        await goBack(node);
        wentBack.push(node);
      } catch (error) {
        stuck.push({ node, error });
      }
    }
  }
  return { changed, failed, untouched, wentBack, stuck };
}
