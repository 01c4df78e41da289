/** Before any test runs: makes sure that the native part is there and up to date, so that tests need not think of it. */
import { buildNative } from '../cli/toolchain/build-native.ts';

export default function setup(): void {
  buildNative();
}
