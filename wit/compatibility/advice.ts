/** What to do about a change that breaks modules, other than raising the version. */
import type { InterfaceChange } from './compare-interfaces.ts';

/** The other way out, as a clause: `make it an option`. */
export function adviceFor({ change, subject, item }: InterfaceChange): string {
  const name = item.slice(item.lastIndexOf('/') + 1);
  if (change === 'removed') return `keep ${nounOf(subject, name)}`;
  if (change === 'changed') return `keep \`${name}\` as it was published`;
  switch (subject) {
    case 'field':
    case 'payload':
    case 'result':
      return `make ${nounOf(subject, name)} an option`;
    case 'parameter':
      return `leave the parameters of \`${name}\` as they are, and add a function or a field`;
    case 'case':
      return (
        `give \`${name}\` only to modules that ask for it by something new, ` +
        'and say so in supervisor/component/solicited-cases.ts'
      );
    default:
      return `put what is new of \`${name}\` where modules need not have it`;
  }
}

/** `the field \`files#entry.size\``; parts without an item of their own are said to be of the one they belong to. */
function nounOf(subject: InterfaceChange['subject'], name: string): string {
  const isPart = subject === 'payload' || subject === 'parameter' || subject === 'result';
  return isPart ? `the ${subject} of \`${name}\`` : `the ${subject} \`${name}\``;
}
