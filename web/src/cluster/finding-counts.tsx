import { type Severity, severities } from '@aiops/contract/model/severity'
import { SeverityCount } from './severity-count.tsx'

/** Open findings by severity, the most severe first; those of no weight (INFO) are left to the page of findings. */
export function FindingCountList({ counts }: { counts: Partial<Record<Severity, number>> | undefined }) {
  if (!counts) return null
  const shown = severities.filter((severity) => severity !== 'INFO' && (counts[severity] ?? 0) > 0)
  if (shown.length === 0) return null
  return (
    <span className="inline-flex gap-1">
      {shown.map((severity) => (
        <SeverityCount key={severity} severity={severity} count={counts[severity] ?? 0} />
      ))}
    </span>
  )
}
