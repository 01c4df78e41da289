/**
 * The software bill of materials of an image, as SPDX 2.3 in JSON (spdx.github.io/spdx-spec/v2.3): every package that a byte of the image comes
 * from, with its version, its licence and where it comes from, and every file with its digest and its package.
 *
 * It must be the same for the same image: the time of creation is that of no clock, and the namespace is made of the content.
 */
import { createHash } from 'node:crypto';

/** Something that files of the image come from. */
export type Material = {
  readonly name: string;
  readonly version: string;
  /** An SPDX licence expression, or undefined if the package does not say. */
  readonly license: string | undefined;
  /** A package URL (github.com/package-url/purl-spec). */
  readonly purl: string | undefined;
  /** SHA-256 of the package as it was fetched, in hexadecimal digits. */
  readonly sha256: string | undefined;
};

export type MaterialFile = {
  readonly path: string;
  readonly sha256: string;
  /** SHA-1, which SPDX 2.3 asks for. */
  readonly sha1: string;
  /** Names of the materials it is made of. */
  readonly materials: readonly string[];
};

/** SPDX 2.3 asks for a time; the image has none. */
const created = '1970-01-01T00:00:00Z';
const noAssertion = 'NOASSERTION';

/** The document, as text. Errors: TypeError for a file of a material that is not listed. */
export function writeSbom(
  image: { readonly name: string; readonly version: string },
  materials: readonly Material[],
  files: readonly MaterialFile[],
): string {
  const sorted = [...materials].sort((one, other) => (one.name < other.name ? -1 : 1));
  const root = { id: 'SPDXRef-Image', name: image.name, version: image.version };
  const packages = [
    {
      SPDXID: root.id,
      name: root.name,
      versionInfo: root.version,
      downloadLocation: noAssertion,
      filesAnalyzed: false,
    },
    ...sorted.map(({ name, version, license, purl, sha256 }) => ({
      SPDXID: packageId(name),
      name,
      versionInfo: version,
      downloadLocation: noAssertion,
      filesAnalyzed: false,
      licenseConcluded: noAssertion,
      licenseDeclared: license ?? noAssertion,
      copyrightText: noAssertion,
      ...(sha256 === undefined ? {} : { checksums: [{ algorithm: 'SHA256', checksumValue: sha256 }] }),
      ...(purl === undefined
        ? {}
        : {
            externalRefs: [
              { referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: purl },
            ],
          }),
    })),
  ];
  const known = new Set(sorted.map(({ name }) => name));
  const fileEntries = files.map(({ path, sha256, sha1 }) => ({
    SPDXID: fileId(path),
    fileName: `.${path}`,
    checksums: [
      { algorithm: 'SHA1', checksumValue: sha1 },
      { algorithm: 'SHA256', checksumValue: sha256 },
    ],
  }));
  const relationships = [
    relation('SPDXRef-DOCUMENT', 'DESCRIBES', root.id),
    ...sorted.map(({ name }) => relation(root.id, 'CONTAINS', packageId(name))),
    ...files.flatMap((file) =>
      file.materials.map((material) => {
        if (!known.has(material))
          throw new TypeError(`${file.path} is made of ${material}, which is not listed`);
        return relation(fileId(file.path), 'GENERATED_FROM', packageId(material));
      }),
    ),
  ];
  const body = { packages, files: fileEntries, relationships };
  const digest = createHash('sha256').update(JSON.stringify(body)).digest('hex');
  const document = {
    spdxVersion: 'SPDX-2.3',
    dataLicense: 'CC0-1.0',
    SPDXID: 'SPDXRef-DOCUMENT',
    name: `${image.name}-${image.version}`,
    documentNamespace: `urn:eft:sbom:${digest}`,
    creationInfo: { created, creators: ['Tool: eft-image-build'] },
    documentDescribes: [root.id],
    ...body,
  };
  return `${JSON.stringify(document, undefined, 1)}\n`;
}

function relation(from: string, kind: string, to: string): object {
  return { spdxElementId: from, relationshipType: kind, relatedSpdxElement: to };
}

/** Letters, digits, dots and hyphens are allowed; others become hyphens, and a digest keeps two apart. */
function packageId(name: string): string {
  return `SPDXRef-Package-${plain(name)}`;
}

function fileId(path: string): string {
  return `SPDXRef-File-${plain(path)}`;
}

function plain(text: string): string {
  const safe = text.replaceAll(/[^A-Za-z0-9.-]+/g, '-').replace(/^-/, '');
  if (safe === text) return safe;
  return `${safe}-${createHash('sha256').update(text).digest('hex').slice(0, 8)}`;
}
