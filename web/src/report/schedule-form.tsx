import { ReportFormat, type ReportSchedule, ReportType } from '@aiops/contract/model/report'
import { useState } from 'react'
import { Button } from '../ui/button.tsx'
import { utcText } from '../ui/clock-text.ts'
import { Failure } from '../ui/failure.tsx'
import { SelectField, TextField } from '../ui/field.tsx'
import { FormRow } from '../ui/form-row.tsx'
import { ProblemText } from '../ui/problem-text.tsx'
import { serverProblems } from '../ui/server-problem.ts'
import { useNow } from '../ui/use-now.ts'
import { ClusterScope } from './cluster-scope.tsx'
import { cronText, nextRuns, readCron } from './cron-text.ts'
import { reportFormats, reportTypes } from './report-word.ts'
import { type ScheduleBody, useReportActions } from './use-reports.ts'

const usual = [
  { cron: '0 7 * * 1', words: 'Mondays 07:00' },
  { cron: '0 7 * * 1-5', words: 'Weekdays 07:00' },
  { cron: '0 6 * * *', words: 'Daily 06:00' },
  { cron: '0 6 1 * *', words: '1st of the month' },
]
const lookbacks = [
  { value: '1d', words: 'day' },
  { value: '7d', words: '7 days' },
  { value: '30d', words: '30 days' },
  { value: '90d', words: '90 days' },
]
const types = ReportType.exclude(['INCIDENT_REPORT'])
const fields = ['title', 'report_type', 'format', 'cluster_scope', 'lookback', 'cron']

/** What is made, of which time, and when: of a new schedule, or of one that is there. */
export function ScheduleForm({ old, onDone }: { old?: ReportSchedule | undefined; onDone: () => void }) {
  const [body, setBody] = useState(() => bodyOf(old))
  const { addSchedule, changeSchedule } = useReportActions()
  const { error, isPending } = old ? changeSchedule : addSchedule
  const change = (part: Partial<typeof body>): void => setBody((before) => ({ ...before, ...part }))
  const send = (sent: ScheduleBody): void =>
    old
      ? changeSchedule.mutate({ id: old.id, body: sent }, { onSuccess: onDone })
      : addSchedule.mutate(sent, { onSuccess: onDone })
  const { byField, rest } = serverProblems(error, fields)
  const title = body.title.trim()
  return (
    <form
      className="min-h-0 space-y-4 overflow-y-auto px-5 pt-3 pb-5"
      onSubmit={(event) => {
        event.preventDefault()
        if (title && !isPending) send({ ...body, title })
      }}
    >
      <FormRow name="Title" hint={<ProblemText text={byField.get('title')} />}>
        {(id) => (
          <TextField
            {...{ id, value: body.title, maxLength: 200, className: 'w-full' }}
            placeholder="Week in operations"
            onChange={(event) => change({ title: event.target.value })}
          />
        )}
      </FormRow>
      <div className="grid gap-4 sm:grid-cols-[1.5fr_1fr_1fr]">
        <Choice
          name="Report"
          value={body.report_type}
          options={reportTypes.filter(({ value }) => types.safeParse(value).success)}
          onChange={(value) => change({ report_type: types.parse(value) })}
        />
        <Choice
          name="Format"
          value={body.format}
          options={reportFormats}
          onChange={(value) => change({ format: ReportFormat.parse(value) })}
        />
        <Choice
          name="Of the last"
          value={body.lookback}
          options={lookbackOptions(body.lookback)}
          onChange={(lookback) => change({ lookback })}
        />
      </div>
      <ClusterScope chosen={body.cluster_scope} onChange={(cluster_scope) => change({ cluster_scope })} />
      <CronField value={body.cron} problem={byField.get('cron')} onChange={(cron) => change({ cron })} />
      {old && (
        <label className="flex items-center gap-2">
          <input
            type="checkbox"
            checked={body.enabled}
            className="accent-(--accent)"
            onChange={(event) => change({ enabled: event.target.checked })}
          />
          Made at these times
        </label>
      )}
      {rest !== undefined && <Failure error={rest} />}
      <div className="flex justify-end gap-2">
        <Button onClick={onDone}>Cancel</Button>
        <Button type="submit" look="strong" disabled={title === '' || isPending}>
          {old ? 'Save' : 'Schedule'}
        </Button>
      </div>
    </form>
  )
}

type Body = Required<ScheduleBody>

function bodyOf(old: ReportSchedule | undefined): Body {
  const { title = '', format = 'HTML', cluster_scope = [], lookback = '7d', cron = '0 7 * * 1' } = old ?? {}
  const report_type = types.safeParse(old?.report_type).data ?? 'EXECUTIVE_SUMMARY'
  return { title, report_type, format, cluster_scope, lookback, cron, enabled: old?.enabled ?? true }
}

/** The usual ones, and what the API was once told, whatever that is. */
const lookbackOptions = (chosen: string): { value: string; title: string }[] => [
  ...lookbacks.map(({ value, words }) => ({ value, title: words })),
  ...(lookbacks.some(({ value }) => value === chosen) ? [] : [{ value: chosen, title: chosen }]),
]

type ChoiceProps = {
  name: string
  value: string
  options: readonly { value: string; title: string }[]
  onChange: (value: string) => void
}

function Choice({ name, value, options, onChange }: ChoiceProps) {
  return (
    <FormRow name={name}>
      {(id) => (
        <SelectField
          {...{ id, value, className: 'w-full' }}
          onChange={(event) => onChange(event.target.value)}
        >
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.title}
            </option>
          ))}
        </SelectField>
      )}
    </FormRow>
  )
}

type CronFieldProps = { value: string; problem: string | undefined; onChange: (cron: string) => void }

/** Five fields, and what they mean in words. */
function CronField({ value, problem, onChange }: CronFieldProps) {
  const cron = readCron(value)
  const now = useNow()
  const next = cron && nextRuns(cron, now, 1)[0]
  const hint = cron ? (
    <>
      <span className="font-medium text-ink">{cronText(cron) ?? 'When these fields fit.'}</span>{' '}
      {next === undefined ? 'It never comes.' : `Next: ${utcText(next).replace(/:00 UTC$/, ' UTC')}.`}
    </>
  ) : (
    'Five fields in UTC: minute, hour, day of the month, month, day of the week (0 is Sunday).'
  )
  return (
    <FormRow name="When" hint={hint}>
      {(id) => (
        <div className="space-y-2">
          <div className="flex flex-wrap gap-1">
            {usual.map((one) => (
              <Button
                key={one.cron}
                size="small"
                aria-pressed={value === one.cron}
                className="aria-pressed:border-accent aria-pressed:text-accent"
                onClick={() => onChange(one.cron)}
              >
                {one.words}
              </Button>
            ))}
          </div>
          <TextField
            {...{ id, value, maxLength: 100, className: 'w-full font-mono' }}
            onChange={(event) => onChange(event.target.value)}
          />
          <ProblemText text={problem} />
        </div>
      )}
    </FormRow>
  )
}
