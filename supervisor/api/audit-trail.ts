/** What can be asked of the audit log, whoever writes it. */
export type AuditTrail = {
  /**
   * Lines as they stand in the log, oldest first, some at a time: of those that are there the last `tail`, or all if it is 0; and with
   * `follow` also those that come, until `signal` aborts. What is not asked for costs nothing.
   */
  readonly lines: (options: {
    readonly tail: number;
    readonly follow: boolean;
    readonly signal: AbortSignal;
  }) => AsyncIterable<readonly string[]>;
};
