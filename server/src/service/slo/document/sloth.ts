import type { WrittenSlo } from './written-slo.ts'

type Json = Record<string, unknown>
const map = (value: unknown): Json =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Json) : {}
const text = (value: unknown): string => (typeof value === 'string' ? value : '')

/** https://sloth.dev/specs/default/ : service, labels and a list of objectives over 30 days. Plugins cannot be carried over. */
export function slothSlos(root: Json): WrittenSlo[] {
  const service = text(root.service)
  const list = Array.isArray(root.slos) ? root.slos.map(map) : []
  return list.map((slo, i): WrittenSlo => {
    const place = `slos[${i}]`
    const { events, raw } = map(slo.sli)
    const { page_alert: page, ticket_alert: ticket } = map(slo.alerting)
    const indicator = indicatorOf(map(events), map(raw))
    if (!indicator) return { place, problem: 'sli: `events` or `raw` is expected; plugins are not read.' }
    const disabled = [map(page).disable, map(ticket).disable]
    if (disabled[0] !== disabled[1] && disabled.some((one) => one === true))
      return {
        place,
        problem: 'alerting: pages and tickets are switched off together, or the rules written out.',
      }
    const labels = { ...map(root.labels), ...map(slo.labels) }
    return {
      place,
      input: {
        ...{ name: `${service}-${text(slo.name)}`, description: text(slo.description), service },
        labels: Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, String(value)])),
        ...{ indicator, objective: slo.objective as number, window: '30d' },
        alerting: {
          enabled: disabled[0] !== true,
          runbook_url: text(map(map(slo.alerting).annotations).runbook),
          // A ratio has no events that could be few.
          ...(raw ? { minimum_events: 0 } : {}),
        },
      },
    }
  })
}

function indicatorOf(events: Json, raw: Json) {
  if (events.error_query !== undefined)
    return { kind: 'RATIO', bad: text(events.error_query), total: text(events.total_query) } as const
  if (raw.error_ratio_query !== undefined)
    return { kind: 'RATIO', bad: text(raw.error_ratio_query), total: 'vector(1)' } as const
  return undefined
}
