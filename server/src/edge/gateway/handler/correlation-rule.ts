import type { CorrelationRule } from '@aiops/contract/model/correlation-rule'
import { isoTime } from '../../../kernel/clock.ts'
import { Fault } from '../../../kernel/fault.ts'
import { readAlertmanagerConfiguration } from '../../../pipeline/correlate/index.ts'
import type { Handler, HandlerDeps } from '../handler-deps.ts'
import { pageOf } from './paging.ts'

type CorrelationRuleHandlers = {
  [K in
    | 'listCorrelationRules'
    | 'createCorrelationRule'
    | 'previewCorrelationRule'
    | 'importAlertmanagerConfiguration'
    | 'getCorrelationRule'
    | 'updateCorrelationRule'
    | 'getCorrelationRuleEffect'
    | 'applyCorrelationRule'
    | 'deleteCorrelationRule']: Handler<K>
}
type Deps = Pick<HandlerDeps, 'correlate' | 'maintenance' | 'clock'>

const dayMs = 86_400_000

/** Correlation rules, and what is taken over from an Alertmanager. */
export const correlationRuleHandlers = ({
  correlate,
  maintenance,
  clock,
}: Deps): CorrelationRuleHandlers => ({
  async listCorrelationRules({ query }, { tenant }) {
    const text = query.search?.toLowerCase() ?? ''
    const found = correlate.rules
      .list(tenant)
      .filter((rule) => query.action.length === 0 || query.action.includes(rule.action))
      .filter((rule) => query.origin.length === 0 || query.origin.includes(rule.origin))
      .filter(({ name, when, source_when, route, comment }) =>
        [name, when, source_when, route, comment].some((part) => part.toLowerCase().includes(text)),
      )
    return { ...pageOf(found, query.page, query.page_size), problems: correlate.rules.problems(tenant) }
  },
  createCorrelationRule: ({ body }, { tenant, actor }) => correlate.rules.create(tenant, body, actor),
  previewCorrelationRule({ body }, { tenant }) {
    const toMs = body.end === undefined ? clock.now() : Date.parse(body.end)
    const fromMs = body.start === undefined ? toMs - dayMs : Date.parse(body.start)
    if (fromMs >= toMs)
      throw new Fault('VALIDATION_FAILED', 'end: must be after start', {
        details: [{ path: 'end', message: 'must be after start' }],
      })
    return correlate.rules.preview(tenant, body.rule, { fromMs, toMs }, body.id)
  },
  async importAlertmanagerConfiguration({ body }, { tenant, actor }) {
    const read = readAlertmanagerConfiguration(body.yaml, clock.now())
    const known = correlate.rules.list(tenant).filter(({ origin }) => origin === 'ALERTMANAGER')
    const ids = new Set(read.rules.map(({ id }) => id))
    const not_taken = [
      ...read.notTaken,
      ...known
        .filter(({ id }) => !ids.has(id))
        .map(({ name }) => ({
          place: name,
          why: 'A rule of an earlier import that this file does not have. It stays; remove it if it is not wanted.',
        })),
    ]
    if (!body.dry_run) {
      const windows = await maintenance.takeOver(tenant, read.windows, actor)
      const rules = await correlate.rules.takeOver(tenant, read.rules, actor)
      return { dry_run: false, rules, windows, not_taken }
    }
    const rules = read.rules.map(
      ({ id, input }): CorrelationRule => ({
        ...{ ...input, id, origin: 'ALERTMANAGER', created_by: actor, updated_at: isoTime(clock.now()) },
        hits: known.find((rule) => rule.id === id)?.hits ?? { count: 0, last_at: null },
      }),
    )
    const windows = read.windows.map(({ id, input }) => maintenance.draft(id, input, actor))
    return { dry_run: true, rules, windows, not_taken }
  },
  getCorrelationRule: async ({ params }, { tenant }) => correlate.rules.get(tenant, params.id),
  updateCorrelationRule: ({ params, body }, { tenant, actor }) =>
    correlate.rules.update(tenant, params.id, body, actor),
  getCorrelationRuleEffect: ({ params }, { tenant }) => correlate.rules.effect(tenant, params.id),
  applyCorrelationRule: ({ params, body }, { tenant, actor }) =>
    correlate.rules.apply(tenant, params.id, actor, [...new Set(body.incidents)]),
  async deleteCorrelationRule({ params }, { tenant }) {
    await correlate.rules.delete(tenant, params.id)
    return null
  },
})
