import type { RawObject } from '../../server/src/port/cluster-api.ts'

type Manager = { manager: string; operation: 'Update' | 'Apply'; apiVersion: string; time: string }

/** metadata.managedFields after this manager wrote the object: its own entry anew, those of others as they were. */
export function managedBy(
  { manager, operation, apiVersion, time }: Manager,
  subresource: string,
  object: RawObject,
  before: RawObject | undefined,
): RawObject[] {
  const { managedFields: _, ...labels } = object.metadata as RawObject
  const part =
    subresource === 'status'
      ? { status: object.status }
      : { ...object, status: undefined, metadata: { labels: labels.labels, annotations: labels.annotations } }
  const others = (
    (before?.metadata as { managedFields?: RawObject[] } | undefined)?.managedFields ?? []
  ).filter(
    (entry) =>
      !(
        entry.manager === manager &&
        entry.operation === operation &&
        entry.subresource === (subresource || undefined)
      ),
  )
  const own = { manager, operation, apiVersion, time, fieldsType: 'FieldsV1', fieldsV1: fieldsOf(part) }
  return [...others, subresource ? { ...own, subresource } : own]
}

/** FieldsV1: each field as `f:name`, down to what is no object. */
export function fieldsOf(value: unknown): RawObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {}
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .map(([key, item]) => [`f:${key}`, fieldsOf(item)]),
  )
}
