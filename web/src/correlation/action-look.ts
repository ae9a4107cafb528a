import type { CorrelationAction } from '@aiops/contract/model/correlation-rule'
import type { Tone } from '../ui/badge.tsx'

export const actionLooks: Record<CorrelationAction, { word: string; tone: Tone; explain: string }> = {
  GROUP: { word: 'Group', tone: 'ok', explain: 'What matches and agrees in these labels is one incident.' },
  SEPARATE: {
    word: 'Separate',
    tone: 'low',
    explain: 'What matches joins nothing but what matches too and agrees in these labels.',
  },
  SUPPRESS: {
    word: 'Suppress',
    tone: 'outline',
    explain: 'What matches is stored and shown as suppressed; it opens and worsens no incident.',
  },
  INHIBIT: {
    word: 'Inhibit',
    tone: 'medium',
    explain: 'What matches is suppressed while something else fires that agrees in these labels.',
  },
  ROUTE: {
    word: 'Route',
    tone: 'info',
    explain: 'The incident of what matches goes to this team or receiver.',
  },
}
