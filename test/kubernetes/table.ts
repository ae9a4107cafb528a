import type { RawObject } from '../../server/src/port/cluster-api.ts'
import type { Served } from './resource.ts'
import type { Entry } from './store.ts'
import { age, type Column, columnsOf } from './table-column.ts'

export type TableOptions = { includeObject: 'None' | 'Metadata' | 'Object'; withColumns: boolean }

/** meta.k8s.io/v1 Table: what kubectl prints. */
export function tableOf(
  type: Served,
  entries: readonly Entry[],
  meta: object,
  { includeObject, withColumns }: TableOptions,
  now: number,
): RawObject {
  const columns: Column[] = columnsOf(type.kind) ?? [
    ['Name', 'string', 0, ({ metadata }) => (metadata as { name?: string }).name ?? ''],
    ['Age', type.isCustom ? 'date' : 'string', 0, age],
  ]
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata: meta,
    columnDefinitions: withColumns
      ? columns.map(([name, kind, priority]) => ({
          name,
          type: kind,
          format: name === 'Name' ? 'name' : '',
          description: name,
          priority,
        }))
      : null,
    rows: entries.map(({ object }) => ({
      cells: columns.map(([, , , cell]) => cell(object, now)),
      ...(includeObject === 'None'
        ? {}
        : {
            object:
              includeObject === 'Object'
                ? {
                    kind: type.kind,
                    apiVersion: type.group ? `${type.group}/${type.version}` : type.version,
                    ...object,
                  }
                : { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata },
          }),
    })),
  }
}
