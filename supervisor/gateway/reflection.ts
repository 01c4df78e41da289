/**
 * Server reflection of gRPC, in both versions that clients ask for: what services and messages there are. It is the same for everybody, is in the published files anyway, and is
 * answered here without PID 1.
 */
import type { DescFile, DescService } from '@bufbuild/protobuf';
import { toBinary } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import { Code, type ConnectRouter } from '@connectrpc/connect';
import { originKey } from './bridge.ts';
import { ServerReflection } from './generated/grpc/reflection/v1/reflection_pb.js';
import { ServerReflection as ServerReflectionAlpha } from './generated/grpc/reflection/v1alpha/reflection_pb.js';

/* What both versions have in common, whose types have different names. */
type Question =
  | { readonly case: 'listServices' | 'fileByFilename' | 'fileContainingSymbol'; readonly value: string }
  | { readonly case: 'allExtensionNumbersOfType'; readonly value: string }
  | { readonly case: 'fileContainingExtension'; readonly value: object }
  | { readonly case: undefined };
type Answer =
  | { case: 'listServicesResponse'; value: { service: { name: string }[] } }
  | { case: 'fileDescriptorResponse'; value: { fileDescriptorProto: Uint8Array[] } }
  | { case: 'allExtensionNumbersResponse'; value: { baseTypeName: string; extensionNumber: number[] } }
  | { case: 'errorResponse'; value: { errorCode: number; errorMessage: string } };

/** What a file defines, by names, and what it is made of. */
export type Catalogue = {
  readonly services: readonly string[];
  readonly byName: ReadonlyMap<string, DescFile>;
  readonly bySymbol: ReadonlyMap<string, DescFile>;
};

/** Everything that these services need, the services of reflection too. */
export function catalogueOf(services: readonly DescService[]): Catalogue {
  const all = [...services, ServerReflection, ServerReflectionAlpha];
  const byName = new Map<string, DescFile>();
  const add = (file: DescFile): void => {
    if (byName.has(fileName(file))) return;
    byName.set(fileName(file), file);
    file.dependencies.forEach(add);
  };
  for (const { file } of all) add(file);
  const bySymbol = new Map<string, DescFile>();
  for (const file of byName.values()) for (const symbol of symbolsOf(file)) bySymbol.set(symbol, file);
  return { services: all.map(({ typeName }) => typeName), byName, bySymbol };
}

/** As other files import it; the descriptor leaves the ending out. */
function fileName(file: DescFile): string {
  return `${file.name}.proto`;
}

function symbolsOf({ messages, enums, services }: DescFile): string[] {
  const nested = (message: DescFile['messages'][number]): string[] => [
    message.typeName,
    ...message.fields.map(({ name }) => `${message.typeName}.${name}`),
    ...message.nestedEnums.map(({ typeName }) => typeName),
    ...message.nestedMessages.flatMap(nested),
  ];
  return [
    ...messages.flatMap(nested),
    ...enums.map(({ typeName }) => typeName),
    ...services.flatMap(({ typeName, methods }) => [
      typeName,
      ...methods.map(({ name }) => `${typeName}.${name}`),
    ]),
  ];
}

/** Adds both versions of the service. */
export function addReflection(router: ConnectRouter, catalogue: Catalogue): void {
  router.rpc(ServerReflection.method.serverReflectionInfo, async function* (requests, { values }) {
    for await (const request of requests) {
      values.get(originKey)?.receiving.delivered();
      yield {
        originalRequest: request,
        validHost: request.host,
        messageResponse: answer(catalogue, request.messageRequest),
      };
    }
  });
  router.rpc(ServerReflectionAlpha.method.serverReflectionInfo, async function* (requests, { values }) {
    for await (const request of requests) {
      values.get(originKey)?.receiving.delivered();
      yield {
        originalRequest: request,
        validHost: request.host,
        messageResponse: answer(catalogue, request.messageRequest),
      };
    }
  });
}

function answer({ services, byName, bySymbol }: Catalogue, question: Question): Answer {
  switch (question.case) {
    case 'listServices':
      return { case: 'listServicesResponse', value: { service: services.map((name) => ({ name })) } };
    case 'fileByFilename':
      return files(byName.get(question.value));
    case 'fileContainingSymbol':
      return files(bySymbol.get(question.value));
    case 'allExtensionNumbersOfType':
      if (!bySymbol.has(question.value)) return failure(Code.NotFound, 'there is no such type');
      return {
        case: 'allExtensionNumbersResponse',
        value: { baseTypeName: question.value, extensionNumber: [] },
      };
    case 'fileContainingExtension':
      return failure(Code.NotFound, 'there are no extensions');
    default:
      return failure(Code.InvalidArgument, 'the request asks for nothing that is known');
  }
}

/** A file with all that it imports, which clients need too. */
function files(file: DescFile | undefined): Answer {
  if (file === undefined) return failure(Code.NotFound, 'there is no such file or symbol');
  const found = new Set<DescFile>();
  const add = (one: DescFile): void => {
    if (found.has(one)) return;
    found.add(one);
    one.dependencies.forEach(add);
  };
  add(file);
  const fileDescriptorProto = [...found].map(({ proto }) => toBinary(FileDescriptorProtoSchema, proto));
  return { case: 'fileDescriptorResponse', value: { fileDescriptorProto } };
}

function failure(errorCode: Code, errorMessage: string): Answer {
  return { case: 'errorResponse', value: { errorCode, errorMessage } };
}
