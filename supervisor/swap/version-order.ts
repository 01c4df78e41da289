/** Which of two semantic versions is the newer one (https://semver.org, 2.0.0, section 11). */

/** Below 0 if `one` is older than `other`, 0 if neither is, above 0 if it is newer. Both are versions as manifests have them; what follows `+` says nothing. */
export function compareVersions(one: string, other: string): number {
  const [left, right] = [partsOf(one), partsOf(other)];
  for (let index = 0; index < 3; index += 1) {
    const order = compareNumbers(left.core[index] ?? '', right.core[index] ?? '');
    if (order !== 0) return order;
  }
  // A pre-release comes before its release.
  if (left.preRelease.length === 0 || right.preRelease.length === 0)
    return Math.sign(right.preRelease.length - left.preRelease.length);
  for (const [index, part] of left.preRelease.entries()) {
    const counterpart = right.preRelease[index];
    if (counterpart === undefined) return 1;
    const order = compareParts(part, counterpart);
    if (order !== 0) return order;
  }
  return left.preRelease.length < right.preRelease.length ? -1 : 0;
}

function partsOf(version: string): {
  readonly core: readonly string[];
  readonly preRelease: readonly string[];
} {
  const [plain = ''] = version.split('+');
  const dash = plain.indexOf('-');
  const core = (dash < 0 ? plain : plain.slice(0, dash)).split('.');
  return { core, preRelease: dash < 0 ? [] : plain.slice(dash + 1).split('.') };
}

/** Numbers count as numbers and come before words, which count letter by letter. */
function compareParts(one: string, other: string): number {
  const [isNumber, isOtherNumber] = [/^\d+$/.test(one), /^\d+$/.test(other)];
  if (isNumber && isOtherNumber) return compareNumbers(one, other);
  if (isNumber !== isOtherNumber) return isNumber ? -1 : 1;
  return one === other ? 0 : one < other ? -1 : 1;
}

/** Of any length: a version may have more digits than a number. */
function compareNumbers(one: string, other: string): number {
  if (one.length !== other.length) return one.length < other.length ? -1 : 1;
  return one === other ? 0 : one < other ? -1 : 1;
}
