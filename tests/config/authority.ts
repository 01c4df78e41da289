/** An authority for configurations of tests, with a key that nobody uses. It holds until 2126. */
export const testAuthority = {
  crt: `-----BEGIN CERTIFICATE-----
MIIBNzCB6qADAgECAgEBMAUGAytlcDASMRAwDgYDVQQDDAdleGFtcGxlMCAXDTI2
MTEyMzA5MjcwNVoYDzIxMjYxMDMwMDkyNzA1WjASMRAwDgYDVQQDDAdleGFtcGxl
MCowBQYDK2VwAyEAZSJLZNOZJd7vQgyAd39dZXvXnDJkjbTioBsoPBxFolCjYzBh
MB0GA1UdDgQWBBQNzyhny2547JD3rU7l3E3YU75TYDAfBgNVHSMEGDAWgBQNzyhn
y2547JD3rU7l3E3YU75TYDAPBgNVHRMBAf8EBTADAQH/MA4GA1UdDwEB/wQEAwIC
BDAFBgMrZXADQQDxb20ucuVbnpSCn1aC83/kADL9aQABAIPjKE4uEykiJSwUF7Ur
il6dE69vYit1yACW/wPDVEITLpn1ngw4VYgG
-----END CERTIFICATE-----
`,
  key: `-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIGku3kpJQPfnNnTSio/7X5LeaK13NZRFdPHETn9jPPrR
-----END PRIVATE KEY-----
`,
};

/** The field `ca` of a machine, as YAML below `machine:`. */
export function authorityLines({ crt, key } = testAuthority): string {
  const block = (text: string): string => text.trimEnd().replaceAll('\n', '\n      ');
  return `  ca:\n    crt: |\n      ${block(crt)}\n    key: |\n      ${block(key)}\n`;
}
