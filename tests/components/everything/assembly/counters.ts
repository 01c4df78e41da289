import { Option } from 'eft';
import { make, Thing } from './bindings/everything-things';

let living: u32 = 0;

export class Counter {
  private value: u32;

  constructor(start: u32) {
    this.value = start;
    ++living;
  }

  next(): u32 {
    return ++this.value;
  }

  add(other: Counter): u32 {
    this.value += other.value;
    return this.value;
  }

  static merge(one: Counter, other: Counter): Counter {
    one.value += other.value;
    --living;
    return one;
  }

  onDrop(): void {
    --living;
  }

  get current(): u32 {
    return this.value;
  }
}

export function makeMany(count: u32): StaticArray<Counter> {
  const counters = new StaticArray<Counter>(count);
  for (let index: u32 = 0; index < count; ++index) counters[index] = new Counter(index);
  return counters;
}

export function sum(counters: StaticArray<Counter>): u32 {
  let total: u32 = 0;
  for (let index = 0; index < counters.length; ++index) total += counters[index].current;
  return total;
}

export function maybe(counter: Option<Counter>): Option<Counter> {
  return counter;
}

export function alive(): u32 {
  return living;
}

export function readThing(thing: Thing): string {
  return thing.name();
}

export function readThings(things: StaticArray<Thing>): string {
  let names = '';
  for (let index = 0; index < things.length; ++index) names += things[index].name() + ';';
  return names;
}

export function passThing(thing: Thing): Thing {
  thing.rename(thing.name() + ', passed');
  return thing;
}

export function makeThing(name: string): Thing {
  const made = make(name + ', made');
  const own = new Thing(name + ', constructed');
  return Thing.join(made, own);
}

let kept: Thing | null = null;

export function keepThing(thing: Thing): void {
  kept = thing;
}

export function readKept(): string {
  return kept!.name();
}
