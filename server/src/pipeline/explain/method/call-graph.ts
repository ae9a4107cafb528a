/** Who calls whom among the entities of a case. */
export type CallGraph = {
  edgeCount: number
  /** Part of any edge. */
  knows(entity: string): boolean
  callees(entity: string): readonly string[]
  callers(entity: string): readonly string[]
  /** Everything that needs the entity, nearest first, itself first, with its distance in calls. */
  dependents(entity: string): ReadonlyMap<string, number>
}

const none: readonly string[] = []

/** Edges of an entity to itself and repeated ones are left out. Cycles are allowed. */
export function createCallGraph(edges: readonly (readonly [string, string])[]): CallGraph {
  const callees = new Map<string, string[]>()
  const callers = new Map<string, string[]>()
  const seen = new Set<string>()
  for (const [caller, callee] of edges) {
    const key = `${caller}\u0000${callee}`
    if (caller === callee || seen.has(key)) continue
    seen.add(key)
    push(callees, caller, callee)
    push(callers, callee, caller)
  }
  const cache = new Map<string, ReadonlyMap<string, number>>()
  return {
    edgeCount: seen.size,
    knows: (entity) => callees.has(entity) || callers.has(entity),
    callees: (entity) => callees.get(entity) ?? none,
    callers: (entity) => callers.get(entity) ?? none,
    dependents(entity) {
      const known = cache.get(entity)
      if (known) return known
      const found = closure(entity, callers)
      cache.set(entity, found)
      return found
    },
  }
}

function push(map: Map<string, string[]>, key: string, value: string): void {
  const list = map.get(key)
  if (list) list.push(value)
  else map.set(key, [value])
}

function closure(from: string, next: ReadonlyMap<string, readonly string[]>): ReadonlyMap<string, number> {
  const distance = new Map([[from, 0]])
  const queue = [from]
  for (let head = 0; head < queue.length; head += 1) {
    const at = queue[head]!
    for (const other of next.get(at) ?? none) {
      if (distance.has(other)) continue
      distance.set(other, distance.get(at)! + 1)
      queue.push(other)
    }
  }
  return distance
}
