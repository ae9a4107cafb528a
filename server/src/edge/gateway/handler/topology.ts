import type { Handler, HandlerDeps } from '../handler-deps.ts'

type TopologyHandlers = {
  [K in
    | 'getTopology'
    | 'diffTopology'
    | 'getTopologyTimes'
    | 'listNeighbours'
    | 'putTopology'
    | 'importBackstage']: Handler<K>
}

export function topologyHandlers({
  knowledge,
  clock,
}: Pick<HandlerDeps, 'knowledge' | 'clock'>): TopologyHandlers {
  return {
    async getTopology({ query: { entity, depth, at } }, { tenant }) {
      const around = entity === undefined ? undefined : { entity, depth }
      if (at !== undefined) return knowledge.pastTopology(tenant, Date.parse(at), around)
      return around ? knowledge.topology(tenant, around) : await knowledge.wholeTopology(tenant)
    },
    diffTopology: ({ query: { from, to, entity, depth, limit } }, { tenant }) =>
      knowledge.diffTopology(tenant, {
        ...{ fromMs: Date.parse(from), toMs: to === undefined ? clock.now() : Date.parse(to), limit },
        ...(entity === undefined ? {} : { around: { entity, depth } }),
      }),
    getTopologyTimes: ({ query: { start, end, steps } }, { tenant }) =>
      knowledge.topologyTimes(tenant, {
        ...(start === undefined ? {} : { startMs: Date.parse(start) }),
        ...(end === undefined ? {} : { endMs: Date.parse(end) }),
        steps,
      }),
    listNeighbours: ({ query: { entity, depth, at, limit } }, { tenant }) =>
      knowledge.neighbours(tenant, {
        ...{ entity, depth, limit },
        ...(at === undefined ? {} : { atMs: Date.parse(at) }),
      }),
    putTopology: ({ body }, { tenant }) => knowledge.put(tenant, body, 'API'),
    importBackstage: ({ body }, { tenant }) => knowledge.importBackstage(tenant, body),
  }
}
