import type { RawObject } from '../../server/src/port/cluster-api.ts'
import { Refusal } from './status.ts'

/** Fields by number; a message within one is left as bytes. */
type Fields = Map<number, (Uint8Array | number)[]>

/** A body in Kubernetes' protobuf envelope (`k8s\0` and runtime.Unknown), of the few kinds that clients send so without being asked. */
export function readProtobuf(body: Uint8Array): RawObject {
  if (Buffer.from(body.subarray(0, 4)).toString('latin1') !== 'k8s\0')
    throw unsupported('no Kubernetes protobuf')
  const unknown = fieldsOf(body.subarray(4))
  const kind = textOf(messageOf(unknown, 1), 2)
  const apiVersion = textOf(messageOf(unknown, 1), 1)
  const raw = messageOf(unknown, 2)
  if (kind === 'SelfSubjectAccessReview') {
    const asked = messageOf(messageOf(raw, 2), 1)
    const names = ['namespace', 'verb', 'group', 'version', 'resource', 'subresource', 'name']
    const attributes = Object.fromEntries(names.map((name, at) => [name, textOf(asked, at + 1)]))
    return { kind, apiVersion, spec: { resourceAttributes: attributes } }
  }
  if (kind === 'DeleteOptions') {
    const wanted = messageOf(raw, 2)
    return {
      ...(raw.has(1) ? { gracePeriodSeconds: Number(raw.get(1)?.[0] ?? 0) } : {}),
      preconditions: { uid: textOf(wanted, 1), resourceVersion: textOf(wanted, 2) },
      propagationPolicy: textOf(raw, 4),
    }
  }
  if (kind === 'Lease')
    return { kind, apiVersion, metadata: metadataOf(messageOf(raw, 1)), spec: leaseSpecOf(messageOf(raw, 2)) }
  if (kind === 'SelfSubjectRulesReview' || kind === 'SelfSubjectReview') return { kind, apiVersion, spec: {} }
  throw unsupported(`${kind} in protobuf`)
}

/** ObjectMeta, as far as clients set it. */
function metadataOf(fields: Fields): RawObject {
  const owners = (fields.get(13) ?? []).map((owner) => {
    const one = owner instanceof Uint8Array ? fieldsOf(owner) : new Map()
    return { kind: textOf(one, 1), name: textOf(one, 3), uid: textOf(one, 4), apiVersion: textOf(one, 5) }
  })
  const named = {
    name: textOf(fields, 1),
    namespace: textOf(fields, 3),
    uid: textOf(fields, 5),
    resourceVersion: textOf(fields, 6),
  }
  return {
    ...Object.fromEntries(Object.entries(named).filter(([, value]) => value !== '')),
    ...(owners.length > 0 ? { ownerReferences: owners } : {}),
  }
}
/** coordination.k8s.io/v1 LeaseSpec. */
function leaseSpecOf(fields: Fields): RawObject {
  const time = (number: number) => {
    const at = messageOf(fields, number)
    const [seconds, nanos] = [Number(at.get(1)?.[0] ?? 0), Number(at.get(2)?.[0] ?? 0)]
    return fields.has(number)
      ? new Date(seconds * 1_000 + nanos / 1e6).toISOString().replace('Z', '000Z')
      : undefined
  }
  return {
    holderIdentity: textOf(fields, 1),
    leaseDurationSeconds: Number(fields.get(2)?.[0] ?? 0),
    acquireTime: time(3),
    renewTime: time(4),
    leaseTransitions: Number(fields.get(5)?.[0] ?? 0),
  }
}

const unsupported = (what: string): Refusal =>
  new Refusal(415, 'UnsupportedMediaType', `the body of the request was in an unknown format: ${what}`)
const textOf = (fields: Fields, number: number): string => {
  const value = fields.get(number)?.[0]
  return value instanceof Uint8Array ? Buffer.from(value).toString() : ''
}
const messageOf = (fields: Fields, number: number): Fields => {
  const value = fields.get(number)?.[0]
  return value instanceof Uint8Array ? fieldsOf(value) : new Map()
}

function fieldsOf(bytes: Uint8Array): Fields {
  const fields: Fields = new Map()
  let at = 0
  const varint = (): number => {
    let [value, scale] = [0, 1]
    for (;;) {
      const byte = bytes[at++]
      if (byte === undefined || scale > 2 ** 63) throw unsupported('protobuf that ends too soon')
      value += (byte & 0x7f) * scale
      if (byte < 0x80) return value
      scale *= 128
    }
  }
  while (at < bytes.length) {
    const key = varint()
    const [number, wire] = [Math.floor(key / 8), key % 8]
    let value: Uint8Array | number
    if (wire === 0) value = varint()
    else if (wire === 2) {
      const length = varint()
      value = bytes.subarray(at, at + length)
      at += length
    } else throw unsupported(`protobuf wire type ${wire}`)
    fields.set(number, [...(fields.get(number) ?? []), value])
  }
  return fields
}
