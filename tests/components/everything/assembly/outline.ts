import { twice } from './bindings/inline';

export function fourTimes(value: u32): u32 {
  return twice(twice(value));
}
