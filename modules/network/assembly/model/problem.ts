/** Something that is not as declared, for the person who must act. */
export class Problem {
  constructor(
    /** What, by kind and id. */
    public readonly subject: string,
    public readonly reason: string,
    public readonly attempts: u32,
  ) {}
}
