/** How names of WIT are spelled in the host's JavaScript: `max-size` as `maxSize`, a resource `file-handle` as `FileHandle`. */

export function camelCase(name: string): string {
  return name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}

export function pascalCase(name: string): string {
  const camel = camelCase(name);
  return camel.charAt(0).toUpperCase() + camel.slice(1);
}

/** What the name of a function in an interface says: a plain function, or one of a resource. */
export type FunctionName =
  | { readonly kind: 'function'; readonly name: string }
  | { readonly kind: 'constructor'; readonly resource: string }
  | { readonly kind: 'method' | 'static'; readonly resource: string; readonly name: string };

/** Takes `[method]file.read` and the like apart (Explainer.md, `plainname`). */
export function parseFunctionName(text: string): FunctionName {
  const match = /^\[(constructor|method|static)\]([^.]+)(?:\.(.+))?$/.exec(text);
  const [, form, resource, name] = match ?? [];
  if (form === undefined || resource === undefined) return { kind: 'function', name: text };
  if (form === 'constructor') return { kind: 'constructor', resource };
  if (form === 'method' || form === 'static') return { kind: form, resource, name: name ?? '' };
  return { kind: 'function', name: text };
}

/**
 * The part of an interface's name that decides whether two versions fit: `eft:host/log@0.1.3` gives `eft:host/log@0.1`,
 * `@1.4.2` gives `@1`. Spec: Explainer.md, "canonical interface name".
 */
export function compatibleName(name: string): string {
  const match = /^(.*)@(\d+)\.(\d+)\.(\d+)(.*)$/.exec(name);
  const [, base, major, minor, patch, rest] = match ?? [];
  if (base === undefined || rest !== '') return name;
  if (major !== '0') return `${base}@${major}`;
  if (minor !== '0') return `${base}@0.${minor}`;
  return `${base}@0.0.${patch}`;
}
