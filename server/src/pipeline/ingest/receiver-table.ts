import type { IngestRequest, Receiver } from './index.ts'

export type SharingReceiver = Receiver & { accepts?(headers: IngestRequest['headers']): boolean }

/**
 * One receiver for each method and path. Where protocols share a path, the first that accepts a request's headers answers it and says
 * its faults in its own form; one that says nothing accepts all.
 */
export function oneByPath(receivers: readonly SharingReceiver[]): Receiver[] {
  const groups = Map.groupBy(receivers, ({ method = 'POST', path }) => `${method} ${path}`)
  return [...groups.values()].map((group) => {
    const first = group[0]!
    if (group.length === 1) return first
    // Particular ones before those that take all, whatever the order of the table.
    const order = [...group.filter(({ accepts }) => accepts), ...group.filter(({ accepts }) => !accepts)]
    const chosen = (headers: IngestRequest['headers']): SharingReceiver =>
      order.find(({ accepts }) => accepts?.(headers) ?? true) ?? order.at(-1)!
    return {
      ...first,
      summary: group.map(({ summary }) => summary).join(' '),
      handle: (request) => chosen(request.headers).handle(request),
      refuse: (fault, headers) => chosen(headers).refuse?.(fault, headers),
    }
  })
}
