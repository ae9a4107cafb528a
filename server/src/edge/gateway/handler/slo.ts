import type { SloState, SloView } from '@aiops/contract/model/slo'
import { durationMs } from '@aiops/contract/model/time'
import type { Slos } from '../../../service/slo/index.ts'
import type { Handler } from '../handler-deps.ts'
import { pageOf } from './paging.ts'

type SloHandlers = {
  [K in
    | 'listSlos'
    | 'createSlo'
    | 'checkSlo'
    | 'getSlo'
    | 'getSloHistory'
    | 'updateSlo'
    | 'deleteSlo']: Handler<K>
}

const rank = ({ status }: SloView): number =>
  (['EXHAUSTED', 'BURNING', 'NO_DATA', 'OK', 'DISABLED'] satisfies SloState[]).indexOf(status.state)

/** Service level objectives. */
export const sloHandlers = ({ slos }: { slos: Slos }): SloHandlers => ({
  async listSlos({ query }, { tenant }) {
    const text = query.search?.toLowerCase() ?? ''
    const found = slos
      .list(tenant)
      .filter(({ slo }) => query.service === undefined || slo.service === query.service)
      .filter(({ slo }) => query.team === undefined || slo.team === query.team)
      .filter(({ status }) => query.state.length === 0 || query.state.includes(status.state))
      .filter(({ slo }) => [slo.name, slo.service, slo.team].some((one) => one.toLowerCase().includes(text)))
      .sort((a, b) => rank(a) - rank(b))
    return { ...pageOf(found, query.page, query.page_size), problems: slos.problems(tenant) }
  },
  createSlo: ({ body }, { tenant, actor }) => slos.create(tenant, actor, body),
  checkSlo: ({ body }, { tenant, actor }) => slos.check(tenant, actor, body),
  getSlo: ({ params }, { tenant }) => slos.get(tenant, params.id),
  async getSloHistory({ params, query }, { tenant }) {
    const endMs = query.end === undefined ? undefined : Date.parse(query.end)
    const startMs = query.start === undefined ? undefined : Date.parse(query.start)
    const points = await slos.history(tenant, params.id, {
      ...{ startMs, endMs, lengthMs: query.duration === undefined ? undefined : durationMs(query.duration) },
      points: query.points,
    })
    return { slo_id: params.id, points }
  },
  updateSlo: ({ params, body }, { tenant }) => slos.update(tenant, params.id, body),
  async deleteSlo({ params }, { tenant }) {
    await slos.delete(tenant, params.id)
    return null
  },
})
