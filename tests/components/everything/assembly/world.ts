import { Option } from 'eft';
import { Color, Point } from './bindings/everything-types';
import { hostName, mix } from './bindings/world';

export function answer(question: string, color: Color): string {
  return hostName() + ' asks: ' + question + ' in ' + color.toString();
}

export function remix(color: Color, points: StaticArray<Point>): Option<Point> {
  return mix(color, points);
}
