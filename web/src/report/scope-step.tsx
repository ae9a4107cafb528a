import { TextField } from '../ui/field.tsx'
import { FormRow } from '../ui/form-row.tsx'
import { ProblemText } from '../ui/problem-text.tsx'
import { ClusterScope } from './cluster-scope.tsx'
import { IncidentChoice } from './incident-choice.tsx'
import { periods, type ReportDraft } from './report-draft.ts'

type ScopeStepProps = {
  draft: ReportDraft
  onChange: (part: Partial<ReportDraft>) => void
  problems: ReadonlyMap<string, string>
}

/** What the report is about: an incident, or clusters and a period. */
export function ScopeStep({ draft, onChange, problems }: ScopeStepProps) {
  if (draft.type === 'INCIDENT_REPORT')
    return (
      <div className="space-y-3">
        <p className="text-ink-soft">
          The report covers the incident from an hour before its first sign until now, or until its end.
        </p>
        <IncidentChoice value={draft.incident} onChange={(incident) => onChange({ incident })} />
        <ProblemText text={problems.get('incident_id')} />
      </div>
    )
  return (
    <div className="space-y-5">
      <div className="space-y-1.5">
        <p className="font-medium">Clusters</p>
        <ClusterScope chosen={draft.clusters} onChange={(clusters) => onChange({ clusters })} />
        <p className="text-ink-mute text-xs">
          None chosen: everything that you may see, with what is in no cluster.
        </p>
        <ProblemText text={problems.get('cluster_scope')} />
      </div>
      <fieldset className="space-y-1.5">
        <legend className="font-medium">Period</legend>
        <div className="flex flex-wrap gap-1">
          {periods.map(({ value, title }) => (
            <button
              key={value}
              type="button"
              aria-pressed={draft.period === value}
              onClick={() => onChange({ period: value })}
              className="h-8 rounded-md border border-line-strong px-2.5 text-sm hover:bg-sunken aria-pressed:border-accent aria-pressed:bg-accent-soft aria-pressed:font-medium aria-pressed:text-accent"
            >
              {title}
            </button>
          ))}
        </div>
        {draft.period === 'own' && (
          <div className="flex flex-wrap gap-4 pt-1">
            {(['from', 'to'] as const).map((end) => (
              <FormRow key={end} name={end === 'from' ? 'From' : 'To'}>
                {(id) => (
                  <TextField
                    {...{ id, type: 'datetime-local', value: draft[end] }}
                    onChange={(event) => onChange({ [end]: event.target.value })}
                  />
                )}
              </FormRow>
            ))}
          </div>
        )}
        <p className="text-ink-mute text-xs">
          Your local time. A report tells what the platform still keeps of this period, and says what is
          missing.
        </p>
        <ProblemText text={problems.get('time_range')} />
      </fieldset>
    </div>
  )
}
