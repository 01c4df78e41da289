/** A helper that takes memory outside of the JavaScript heap until it gets no more, which it tells by its exit status, or has 4 GiB. */
const taken: Buffer[] = [];
try {
  for (let mebibytes = 0; mebibytes < 4_096; mebibytes += 64) taken.push(Buffer.alloc(64 * 1024 * 1024, 1));
} catch {
  process.exit(42);
}
