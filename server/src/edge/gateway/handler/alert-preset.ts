import type { Alert } from '@aiops/contract/model/alert'
import type { Matcher } from '@aiops/contract/model/label'
import { isoTime } from '../../../kernel/clock.ts'
import { Fault } from '../../../kernel/fault.ts'
import { systemRandom } from '../../../kernel/random.ts'
import type { Handler, HandlerDeps } from '../handler-deps.ts'

type PresetHandlers = {
  [K in 'listAlertPresets' | 'createAlertPreset' | 'deleteAlertPreset' | 'bulkAlerts']: Handler<K>
}

/** Of a silence. */
const matchersMax = 64
const limits = { personMax: 100, tenantMax: 500 }

export function alertPresetHandlers({
  records,
  correlate,
  clock,
}: Pick<HandlerDeps, 'records' | 'correlate' | 'clock'>): PresetHandlers {
  return {
    listAlertPresets: async (_, { tenant, actor }) => ({
      presets: await records.alertPresets.list(tenant, actor),
    }),
    async createAlertPreset({ body }, { tenant, actor, permissions }) {
      if (body.shared && !permissions.includes('incidents:write')) throw notForAll()
      const nowMs = clock.now()
      const preset = {
        ...{ id: systemRandom.uuid(nowMs), ...body },
        ...{ created_by: actor, created_at: isoTime(nowMs) },
      }
      await records.alertPresets.insert(tenant, preset, limits)
      return preset
    },
    async deleteAlertPreset({ params }, { tenant, actor, permissions }) {
      const preset = await records.alertPresets.get(tenant, params.id)
      const own = preset?.created_by === actor
      if (!preset || !(own || preset.shared))
        throw new Fault('NOT_FOUND', `There is no saved search ${params.id}.`)
      if (!own && !permissions.includes('incidents:write')) throw notForAll()
      await records.alertPresets.delete(tenant, params.id)
      return null
    },
    async bulkAlerts({ body }, { tenant, actor }) {
      const endMs = Date.parse(body.ends_at)
      const ids = [...new Set(body.ids)]
      const found = await records.alertSearch.byIds(tenant, ids)
      const there = new Set(found.map(({ id }) => id))
      const sets = new Map(found.map((alert) => [JSON.stringify(matchersOf(alert)), matchersOf(alert)]))
      const silences = await correlate.silences.putAll(
        tenant,
        [...sets.values()].map((matchers) => ({ matchers, endMs, createdBy: actor, comment: body.comment })),
      )
      return { silences, covered: found.length, missing: ids.filter((id) => !there.has(id)) }
    },
  }
}

/** Exactly this alert: each of its labels, and its name where no label says it. In order, so that the same set is the same text. */
function matchersOf({ labels, name }: Alert): Matcher[] {
  const named = Object.hasOwn(labels, 'alertname') ? labels : { ...labels, alertname: name }
  if (Object.keys(named).length > matchersMax)
    throw new Fault(
      'INVALID_REQUEST',
      `${name} has more than ${matchersMax} labels: silence it by some of them.`,
    )
  return Object.entries(named)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([label, value]) => ({ name: label, op: '=', value }))
}

const notForAll = (): Fault =>
  new Fault('PERMISSION_DENIED', 'A search that everybody sees needs incidents:write.')
