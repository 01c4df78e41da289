"""An independent client of the API: gRPC's own library, which learns what there is by reflection, from nothing but the services' names.

Prints what it read as JSON. Arguments: the target, the files of the authority, certificate and key.
"""

import json
import sys

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory

target, *files = sys.argv[1:]
authority, certificate, key = (open(name, "rb").read() for name in files)
channel = grpc.secure_channel(
    target,
    grpc.ssl_channel_credentials(authority, key, certificate),
    options=[("grpc.ssl_target_name_override", "localhost")],
)
pool = descriptor_pool.DescriptorPool()


def reflection(version):
    """The files that define the services, asked for with the messages of reflection, which are written down here."""
    file = descriptor_pb2.FileDescriptorProto(name=f"ask-{version}.proto", package=f"ask.{version}", syntax="proto3")
    request = file.message_type.add(name="Request")
    for number, name in ((4, "symbol"), (7, "list")):
        request.field.add(name=name, number=number, type=9, label=1)
    answer = file.message_type.add(name="Answer")
    answer.field.add(name="files", number=4, type=11, label=1, type_name=f".ask.{version}.Files")
    answer.field.add(name="services", number=6, type=11, label=1, type_name=f".ask.{version}.Services")
    file.message_type.add(name="Files").field.add(name="file", number=1, type=12, label=3)
    services = file.message_type.add(name="Services")
    services.field.add(name="service", number=1, type=11, label=3, type_name=f".ask.{version}.Service")
    file.message_type.add(name="Service").field.add(name="name", number=1, type=9, label=1)
    own = descriptor_pool.DescriptorPool()
    own.Add(file)
    classes = {name: message_class(own, f"ask.{version}.{name}") for name in ("Request", "Answer")}
    method = channel.stream_stream(
        f"/grpc.reflection.{version}.ServerReflection/ServerReflectionInfo",
        request_serializer=lambda message: message.SerializeToString(),
        response_deserializer=classes["Answer"].FromString,
    )
    listed = [service.name for service in next(method(iter([classes["Request"](list="*")]))).services.service]
    asked = [classes["Request"](symbol=name) for name in listed if name.startswith("eft.")]
    return listed, [file for answer in method(iter(asked)) for file in answer.files.file]


def message_class(of, name):
    return message_factory.MessageFactory(of).GetPrototype(of.FindMessageTypeByName(name))


def call(kind, service, method, *requests, timeout=20):
    found = pool.FindServiceByName(service).FindMethodByName(method)
    request_class = message_class(pool, found.input_type.full_name)
    function = getattr(channel, kind)(
        f"/{service}/{method}",
        request_serializer=lambda message: message.SerializeToString(),
        response_deserializer=message_class(pool, found.output_type.full_name).FromString,
    )
    messages = [request_class(**fields) for fields in requests]
    return function(iter(messages) if kind.startswith("stream") else messages[0], timeout=timeout)


def plain(message):
    return json_format.MessageToDict(message)


alpha, _ = reflection("v1alpha")
listed, described = reflection("v1")
# What a file imports comes after it.
for content in reversed(described):
    try:
        pool.AddSerializedFile(content)
    except TypeError:
        pass  # It has it already.

denied = None
try:
    call("unary_unary", "eft.v1.StateService", "ListKinds", {})
except grpc.RpcError as error:
    denied = [error.code().name, error.details(), dict(error.trailing_metadata()).get("eft-code")]

late = None
try:
    call("unary_unary", "eft.v1.MachineService", "Metrics", {}, timeout=0.3)
except grpc.RpcError as error:
    late = error.code().name

watching = call("unary_stream", "eft.v1.StateService", "Watch", {"kinds": ["a"]})
print(json.dumps({
    "services": listed,
    "isSame": alpha == listed,
    "get": plain(call("unary_unary", "eft.v1.StateService", "Get", {"kind": "a", "id": "b"})),
    "watch": [plain(next(watching)) for _ in range(3)],
    "upload": plain(call("stream_unary", "eft.v1.BlobService", "Upload", *({"data": bytes(1000)} for _ in range(5)))),
    "denied": denied,
    "late": late,
}))
watching.cancel()
