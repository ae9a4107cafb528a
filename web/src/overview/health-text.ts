import { severities } from '@aiops/contract/model/severity'
import type { Overview } from '../shell/live-cache.ts'
import { counted } from '../ui/words.ts'

/** A part of the note, and the page that shows what it counts. */
export type HealthNote = { text: string; place?: 'topology' | 'anomalies' | 'sources' }

export type HealthText = {
  tone: 'ok' | 'critical' | 'high' | 'medium' | 'low' | 'info'
  title: string
  notes: readonly HealthNote[]
}

type Counts = Pick<Overview, 'open_by_severity' | 'entities' | 'stats' | 'host' | 'funnel'>

/** Whether nothing but the machine of the platform itself is known of, and nobody else has sent an alert. */
export const isAlone = ({ entities, host, funnel }: Pick<Counts, 'entities' | 'host' | 'funnel'>): boolean =>
  (entities.total === 0 || (entities.total === 1 && host !== null)) &&
  funnel.alerts === 0 &&
  funnel.incidents === 0

/** The state of everything in a sentence; only counts that the server stored. */
export function healthText(overview: Counts): HealthText {
  const open = severities.reduce((sum, severity) => sum + overview.open_by_severity[severity], 0)
  const worst = severities.find((severity) => overview.open_by_severity[severity] > 0)
  const { active_anomalies: anomalies } = overview.stats
  const watched = worst && overview.entities.total === 0 ? [] : [entityNote(overview.entities)]
  const notes = [...watched, ...(anomalies > 0 ? [anomalyNote(anomalies)] : [])]
  if (worst) {
    const title = `${counted(open, 'open incident')}, ${open === 1 ? '' : 'worst '}${worst.toLowerCase()}`
    return { tone: worst.toLowerCase() as HealthText['tone'], title, notes }
  }
  if (isAlone(overview))
    return {
      tone: 'info',
      title: overview.stats.active_series === 0 ? 'Nothing reports yet' : 'No service is known yet',
      notes: [
        { text: 'Until your services send telemetry, nobody can say whether anything is wrong.' },
        ...(anomalies > 0 ? [anomalyNote(anomalies)] : []),
      ],
    }
  return { tone: 'ok', title: 'Nothing is wrong', notes: [{ text: 'No open incident.' }, ...notes] }
}

function entityNote({ total, unhealthy }: Overview['entities']): HealthNote {
  if (total === 0) return { text: 'No entity is known yet.', place: 'sources' }
  const all = counted(total, 'entity', 'entities')
  if (unhealthy > 0) return { text: `${unhealthy} of ${all} not healthy.`, place: 'topology' }
  return { text: total === 1 ? 'The one known entity is healthy.' : `All ${all} healthy.`, place: 'topology' }
}

const anomalyNote = (count: number): HealthNote => ({
  text: `${counted(count, 'series', 'series')} ${count === 1 ? 'behaves' : 'behave'} unusually now.`,
  place: 'anomalies',
})
