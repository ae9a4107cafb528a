import { useClusterNames } from '../finding/use-cluster-names.ts'
import { TextField } from '../ui/field.tsx'
import { FormRow } from '../ui/form-row.tsx'
import { ProblemText } from '../ui/problem-text.tsx'
import { periods, type ReportDraft, usualTitle } from './report-draft.ts'
import { formatTitle, typeTitle } from './report-word.ts'
import { scopeText } from './scope-text.ts'

type TitleStepProps = {
  draft: ReportDraft
  onChange: (part: Partial<ReportDraft>) => void
  problems: ReadonlyMap<string, string>
}

/** Its title, and what was chosen. */
export function TitleStep({ draft, onChange, problems }: TitleStepProps) {
  const names = useClusterNames()
  const period =
    draft.period === 'own'
      ? `${draft.from.replace('T', ' ')} to ${draft.to.replace('T', ' ')}`
      : (periods.find(({ value }) => value === draft.period)?.title ?? '')
  const rows =
    draft.type === 'INCIDENT_REPORT'
      ? [['Incident', `INC-${draft.incident}`]]
      : [
          ['Clusters', scopeText(draft.clusters, names)],
          ['Period', period],
        ]
  return (
    <div className="space-y-4">
      <FormRow name="Title" hint="What it is called in the list and on its first page. It may be left out.">
        {(id) => (
          <>
            <TextField
              {...{ id, value: draft.title, maxLength: 200, className: 'w-full', autoFocus: true }}
              placeholder={usualTitle(draft)}
              onChange={(event) => onChange({ title: event.target.value })}
            />
            <ProblemText text={problems.get('title')} />
          </>
        )}
      </FormRow>
      <dl className="divide-y rounded-md border">
        {[['Report', typeTitle(draft.type)], ...rows, ['Format', formatTitle(draft.format)]].map(
          ([name, value]) => (
            <div key={name} className="grid grid-cols-[7rem_1fr] gap-3 px-3 py-1.5">
              <dt className="text-ink-mute">{name}</dt>
              <dd className="min-w-0 break-words">{value}</dd>
            </div>
          ),
        )}
      </dl>
      <p className="text-ink-soft">
        It is written in the background, from what is known when it begins; this mostly takes some seconds.
      </p>
    </div>
  )
}
