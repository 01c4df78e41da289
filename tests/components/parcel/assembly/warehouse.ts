/** Takes handles: nobody calls it who makes up values. */
export class Shelf {
  constructor(private readonly places: u32) {}

  weight(): u32 {
    return this.places;
  }

  onDrop(): void {}
}
