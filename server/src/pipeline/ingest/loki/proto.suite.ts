import protobuf from 'protobufjs'

/** Loki's push messages as logproto defines them, for a generic encoder as oracle. */
const { root } = protobuf.parse(`
syntax = "proto3";
package logproto;
message PushRequest { repeated Stream streams = 1; string format = 2; }
message Stream { string labels = 1; repeated Entry entries = 2; uint64 hash = 3; }
message LabelPair { string name = 1; string value = 2; }
message Entry { Timestamp timestamp = 1; string line = 2; repeated LabelPair structured_metadata = 3; repeated LabelPair parsed = 4; }
message Timestamp { int64 seconds = 1; int32 nanos = 2; }
`)
const request = root.lookupType('logproto.PushRequest')

export const encodePush = (message: Record<string, unknown>): Buffer =>
  Buffer.from(request.encode(request.fromObject(message)).finish())
