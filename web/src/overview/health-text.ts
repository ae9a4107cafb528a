import { severities } from '@aiops/contract/model/severity'
import type { Overview } from '../shell/live-cache.ts'
import { counted } from '../ui/words.ts'

export type HealthText = {
  tone: 'ok' | 'critical' | 'high' | 'medium' | 'low' | 'info'
  title: string
  note: string
}

/** The state of everything in a sentence; only counts that the server stored. */
export function healthText(overview: Pick<Overview, 'open_by_severity' | 'entities' | 'stats'>): HealthText {
  const open = severities.reduce((sum, severity) => sum + overview.open_by_severity[severity], 0)
  const worst = severities.find((severity) => overview.open_by_severity[severity] > 0)
  const note = [entityNote(overview.entities), anomalyNote(overview.stats.active_anomalies)]
    .filter(Boolean)
    .join(' ')
  if (worst) {
    const title = `${counted(open, 'open incident')}, ${open === 1 ? worst : `worst ${worst}`}`
    return { tone: worst.toLowerCase() as HealthText['tone'], title, note }
  }
  if (overview.entities.total === 0 && overview.stats.active_series === 0)
    return {
      tone: 'info',
      title: 'Nothing reports yet',
      note: 'Without telemetry nobody can say whether anything is wrong.',
    }
  return { tone: 'ok', title: 'Nothing is wrong', note: `No open incident. ${note}` }
}

function entityNote({ total, unhealthy }: Overview['entities']): string {
  if (total === 0) return 'No entity is known yet.'
  const all = counted(total, 'entity', 'entities')
  if (unhealthy > 0) return `${unhealthy} of ${all} not healthy.`
  return total === 1 ? 'The one known entity is healthy.' : `All ${all} healthy.`
}

const anomalyNote = (count: number): string =>
  count === 0
    ? ''
    : `${counted(count, 'series', 'series')} ${count === 1 ? 'behaves' : 'behave'} unusually now.`
