/** The functions that the host calls. Each does as little as its type allows. */
import { Option } from 'eft';
import { Entry, Metadata, Phase, Point, Position } from './bindings/bench-calls-exported';

export function nothing(): void {}

export function add(one: u32, other: u32): u32 {
  return one + other;
}

export function addLong(one: u64, other: u64): u64 {
  return one + other;
}

export function echo(text: string): string {
  return text;
}

export function weigh(points: StaticArray<Point>): f64 {
  let sum: f64 = 0;
  for (let index = 0; index < points.length; ++index) {
    const point = points[index];
    sum += point.weight + <f64>point.position.x + <f64>point.position.y + <f64>point.tag;
  }
  return sum;
}

export function scatter(count: u32): StaticArray<Point> {
  const points = new StaticArray<Point>(<i32>count);
  for (let index = 0; index < points.length; ++index) {
    points[index] = new Point(new Position(index, -index), <f64>index / 2, index);
  }
  return points;
}

export function countUnits(entries: StaticArray<Entry>): u32 {
  let units: u32 = 0;
  for (let index = 0; index < entries.length; ++index) {
    const entry = entries[index];
    units += entry.metadata.id.length + entry.address.length;
  }
  return units;
}

export function makeEntries(count: u32): StaticArray<Entry> {
  const entries = new StaticArray<Entry>(<i32>count);
  for (let index = 0; index < entries.length; ++index) {
    const finalizers = StaticArray.fromArray(['routes']);
    const metadata = new Metadata('eth0/192.0.2.1/24', index, Phase.Running, 'network', finalizers);
    entries[index] = new Entry(metadata, '192.0.2.1', 24, true, Option.some<u32>(1024));
  }
  return entries;
}
