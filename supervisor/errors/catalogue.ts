/** Every error code there is. One file an area beside this one; this file only joins them. */
import { admitErrors } from './admit-errors.ts';
import { apiErrors } from './api-errors.ts';
import { authorErrors } from './author-errors.ts';
import { blobErrors } from './blob-errors.ts';
import { bootErrors } from './boot-errors.ts';
import { buildErrors } from './build-errors.ts';
import { callErrors } from './call-errors.ts';
import { cborErrors } from './cbor-errors.ts';
import { cellErrors } from './cell-errors.ts';
import { clientErrors } from './client-errors.ts';
import { componentErrors } from './component-errors.ts';
import { configErrors } from './config-errors.ts';
import { documentErrors } from './document-errors.ts';
import { fileErrors } from './file-errors.ts';
import { firmwareErrors } from './firmware-errors.ts';
import { fuzzErrors } from './fuzz-errors.ts';
import { gatewayErrors } from './gateway-errors.ts';
import { imageErrors } from './image-errors.ts';
import { interfaceErrors } from './interface-errors.ts';
import { ioErrors } from './io-errors.ts';
import { keyErrors } from './key-errors.ts';
import { manifestErrors } from './manifest-errors.ts';
import { moduleErrors } from './module-errors.ts';
import { nativeErrors } from './native-errors.ts';
import { networkErrors } from './network-errors.ts';
import { packageErrors } from './package-errors.ts';
import { pkiErrors } from './pki-errors.ts';
import { provisionErrors } from './provision-errors.ts';
import { recordErrors } from './record-errors.ts';
import { signatureErrors } from './signature-errors.ts';
import { storeErrors } from './store-errors.ts';
import { swapErrors } from './swap-errors.ts';
import { trapErrors } from './trap-errors.ts';
import { trustErrors } from './trust-errors.ts';
import { witErrors } from './wit-errors.ts';

export const catalogue = {
  ...admitErrors,
  ...apiErrors,
  ...authorErrors,
  ...blobErrors,
  ...bootErrors,
  ...buildErrors,
  ...callErrors,
  ...cborErrors,
  ...cellErrors,
  ...clientErrors,
  ...configErrors,
  ...documentErrors,
  ...fileErrors,
  ...fuzzErrors,
  ...gatewayErrors,
  ...imageErrors,
  ...interfaceErrors,
  ...ioErrors,
  ...keyErrors,
  ...manifestErrors,
  ...moduleErrors,
  ...nativeErrors,
  ...networkErrors,
  ...provisionErrors,
  ...recordErrors,
  ...signatureErrors,
  ...trustErrors,
  ...componentErrors,
  ...storeErrors,
  ...swapErrors,
  ...trapErrors,
  ...witErrors,
  ...firmwareErrors,
  ...packageErrors,
  ...pkiErrors,
} as const;

export type Catalogue = typeof catalogue;
