import type { MaintenanceWindow } from '@aiops/contract/model/maintenance'
import { type FormEvent, type ReactNode, useState } from 'react'
import { CoverPreview } from '../silence/cover-preview.tsx'
import { Button } from '../ui/button.tsx'
import { Failure } from '../ui/failure.tsx'
import { SelectField, TextArea, TextField } from '../ui/field.tsx'
import { FormRow } from '../ui/form-row.tsx'
import { Moment } from '../ui/moment.tsx'
import { ProblemText } from '../ui/problem-text.tsx'
import { refusedFor } from '../ui/refused-for.ts'
import { serverProblems } from '../ui/server-problem.ts'
import { useMaintenanceActions } from './use-maintenance.ts'
import {
  draftOf,
  draftProblems,
  inputOf,
  type Repeat,
  repeats,
  type WindowDraft,
  weekdays,
} from './window-draft.ts'

const repeatWords: Record<Repeat, string> = {
  ONCE: 'Once',
  DAILY: 'Every day',
  WEEKLY: 'Every week',
  MONTHLY: 'Every month',
}
const fields = [
  'name',
  'matchers',
  'starts_at',
  'duration',
  'recurrence',
  'time_zone',
  'remind_before',
  'comment',
]
const zones = Intl.supportedValuesOf('timeZone')

/** What is worked on and when; tried before it is planned. */
export function WindowForm({
  window,
  onDone,
}: {
  window: MaintenanceWindow | undefined
  onDone: () => void
}) {
  const [draft, setDraft] = useState(() => draftOf(window, Date.now()))
  const [tried, setTried] = useState(false)
  const { save, preview } = useMaintenanceActions()
  const own = draftProblems(draft)
  const { byField, rest } = serverProblems(save.error ?? preview.error, fields)
  const problem = (name: string) => (
    <ProblemText text={(tried ? own.get(name) : undefined) ?? byField.get(name)} />
  )
  const set = (part: Partial<WindowDraft>): void => {
    setDraft((old) => ({ ...old, ...part }))
    preview.reset()
  }
  const when = (then: () => void) => (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    if (own.size === 0) then()
  }
  const text = (name: 'name' | 'duration' | 'interval' | 'remind' | 'comment', id: string) => (
    <TextField
      {...{ id }}
      className="w-full"
      value={draft[name]}
      maxLength={name === 'comment' ? 4_096 : 128}
      onChange={(event) => set({ [name]: event.target.value })}
    />
  )
  const error = rest ?? null
  return (
    <form
      className="min-h-0 space-y-3 overflow-y-auto px-5 pt-3 pb-5"
      onSubmit={when(() =>
        save.mutate({ id: window?.id, body: inputOf(draft, window) }, { onSuccess: onDone }),
      )}
    >
      <FormRow name="Name">
        {(id) => (
          <>
            {text('name', id)}
            {problem('name')}
          </>
        )}
      </FormRow>
      <FormRow name="Labels, one matcher a line; all must fit">
        {(id) => (
          <>
            <TextArea
              {...{ id }}
              className="font-mono text-xs"
              placeholder={'cluster="east"\nservice.name=~"cart|checkout"'}
              value={draft.matchers}
              onChange={(event) => set({ matchers: event.target.value })}
            />
            {problem('matchers')}
          </>
        )}
      </FormRow>
      <div className="grid gap-3 sm:grid-cols-2">
        <FormRow name="First start" hint="In this browser's time.">
          {(id) => (
            <>
              <TextField
                {...{ id }}
                type="datetime-local"
                className="w-full"
                value={draft.start}
                onChange={(event) => set({ start: event.target.value })}
              />
              {problem('starts_at')}
            </>
          )}
        </FormRow>
        <FormRow name="Lasts">
          {(id) => (
            <>
              {text('duration', id)}
              {problem('duration')}
            </>
          )}
        </FormRow>
        <FormRow name="Repeats">
          {(id) => (
            <>
              <SelectField
                {...{ id }}
                className="w-full"
                value={draft.repeat}
                onChange={(event) => set({ repeat: event.target.value as Repeat, days: [] })}
              >
                {repeats.map((repeat) => (
                  <option key={repeat} value={repeat}>
                    {repeatWords[repeat]}
                  </option>
                ))}
              </SelectField>
              {problem('recurrence')}
            </>
          )}
        </FormRow>
        {draft.repeat !== 'ONCE' && <Repetition {...{ draft, set, text, problem }} />}
        <FormRow name="Remind before its end" hint="0s for never.">
          {(id) => (
            <>
              {text('remind', id)}
              {problem('remind_before')}
            </>
          )}
        </FormRow>
      </div>
      <FormRow name="Why">{(id) => text('comment', id)}</FormRow>
      {preview.data && (
        <>
          <CoverPreview preview={preview.data} />
          <p className="text-ink-soft text-xs">
            {preview.data.occurrences.length === 0 && 'It never takes place.'}
            {preview.data.occurrences.slice(0, 3).map(({ starts_at }, i) => (
              <span key={starts_at}>
                {i > 0 && ', then '}
                <Moment at={starts_at} />
              </span>
            ))}
          </p>
        </>
      )}
      {error ? <Failure error={error} advice={refusedFor(error, 'incidents:write')} /> : null}
      <div className="flex flex-wrap justify-end gap-2">
        <Button
          className="mr-auto"
          disabled={preview.isPending}
          onClick={when(() => preview.mutate(inputOf(draft, window)))}
        >
          What would it hide?
        </Button>
        <Button onClick={onDone}>Cancel</Button>
        <Button type="submit" look="strong" disabled={save.isPending}>
          {window ? 'Change' : 'Plan'}
        </Button>
      </div>
    </form>
  )
}

type RepetitionProps = {
  draft: WindowDraft
  set: (part: Partial<WindowDraft>) => void
  text: (name: 'interval', id: string) => ReactNode
  problem: (name: string) => ReactNode
}

function Repetition({ draft, set, text, problem }: RepetitionProps) {
  const toggled = (day: string): string[] =>
    draft.days.includes(day) ? draft.days.filter((one) => one !== day) : [...draft.days, day]
  return (
    <>
      <FormRow name="Every so many">
        {(id) => (
          <>
            {text('interval', id)}
            {problem('interval')}
          </>
        )}
      </FormRow>
      {draft.repeat === 'WEEKLY' && (
        <fieldset className="min-w-0 space-y-1">
          <legend className="font-medium">On</legend>
          <div className="flex flex-wrap gap-x-3 gap-y-1">
            {weekdays.map((day) => (
              <label key={day} className="flex items-center gap-1">
                <input
                  type="checkbox"
                  className="accent-(--accent)"
                  checked={draft.days.includes(day)}
                  onChange={() => set({ days: toggled(day) })}
                />
                {day}
              </label>
            ))}
          </div>
          <p className="text-ink-mute text-xs">None: the day of the first start.</p>
        </fieldset>
      )}
      {draft.repeat === 'MONTHLY' && (
        <FormRow
          name="On"
          hint="2TU the second Tuesday, -1FR the last Friday; empty for the first start's day."
        >
          {(id) => (
            <TextField
              {...{ id }}
              className="w-full"
              value={draft.days.join(' ')}
              onChange={(event) =>
                set({
                  days: event.target.value
                    .toUpperCase()
                    .split(/[\s,]+/)
                    .filter(Boolean),
                })
              }
            />
          )}
        </FormRow>
      )}
      <FormRow name="Time zone" hint="Its clock decides when it repeats, also over a change to summer time.">
        {(id) => (
          <SelectField
            {...{ id }}
            className="w-full"
            value={draft.zone}
            onChange={(event) => set({ zone: event.target.value })}
          >
            {[...new Set(['UTC', draft.zone, ...zones])].map((zone) => (
              <option key={zone}>{zone}</option>
            ))}
          </SelectField>
        )}
      </FormRow>
    </>
  )
}
