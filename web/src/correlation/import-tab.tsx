import { useState } from 'react'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { Failure } from '../ui/failure.tsx'
import { TextArea } from '../ui/field.tsx'
import { FormRow } from '../ui/form-row.tsx'
import { Panel } from '../ui/panel.tsx'
import { refusedFor } from '../ui/refused-for.ts'
import { counted } from '../ui/words.ts'
import { actionLooks } from './action-look.ts'
import { useAlertmanagerImport } from './use-correlation.ts'

/** Takes over what an Alertmanager is told: tried first, then done. */
export function ImportTab() {
  const [yaml, setYaml] = useState('')
  const run = useAlertmanagerImport()
  const result = run.data
  const ask = (dry_run: boolean): void => run.mutate({ yaml, dry_run })
  return (
    <Panel title="From an Alertmanager’s configuration" note="inhibit_rules, the route tree, mute times">
      <form
        className="max-w-4xl space-y-3"
        onSubmit={(event) => {
          event.preventDefault()
          ask(true)
        }}
      >
        <FormRow name="alertmanager.yml" hint="Receivers and their secrets are not read; leave them out.">
          {(id) => (
            <TextArea
              {...{ id }}
              className="min-h-56 font-mono text-xs"
              spellCheck={false}
              placeholder={
                'inhibit_rules:\n  - source_matchers: [alertname="NodeDown"]\n    target_matchers: [severity="warning"]\n    equal: [node]'
              }
              value={yaml}
              onChange={(event) => {
                setYaml(event.target.value)
                run.reset()
              }}
            />
          )}
        </FormRow>
        {run.error && <Failure error={run.error} advice={refusedFor(run.error, 'correlation:write')} />}
        <div className="flex justify-end gap-2">
          <Button type="submit" disabled={yaml.trim() === '' || run.isPending}>
            What would be taken?
          </Button>
          {result?.dry_run && (
            <Button look="strong" disabled={run.isPending} onClick={() => ask(false)}>
              Take it over
            </Button>
          )}
        </div>
      </form>
      {result && (
        <div aria-live="polite" className="mt-4 max-w-4xl space-y-3">
          <p>
            {result.dry_run ? 'It would make' : 'It made'} <b>{counted(result.rules.length, 'rule')}</b> and{' '}
            <b>{counted(result.windows.length, 'maintenance window')}</b>
            {result.not_taken.length > 0 &&
              `; ${counted(result.not_taken.length, 'part')} cannot be taken over`}
            .
          </p>
          <ul className="divide-y rounded-md border">
            {result.rules.map((rule) => (
              <li key={rule.name} className="flex flex-wrap items-baseline gap-x-3 px-3 py-1.5">
                <Badge tone={actionLooks[rule.action].tone}>{actionLooks[rule.action].word}</Badge>
                <span className="min-w-0 flex-1 break-all font-mono text-xs">{rule.when}</span>
                <span className="text-ink-mute text-xs">{rule.name}</span>
              </li>
            ))}
            {result.windows.map((window) => (
              <li key={window.name} className="flex flex-wrap items-baseline gap-x-3 px-3 py-1.5">
                <Badge tone="outline">Window</Badge>
                <span className="min-w-0 flex-1">{window.name}</span>
              </li>
            ))}
            {result.not_taken.map(({ place, why }) => (
              <li key={`${place} ${why}`} className="px-3 py-1.5 text-ink-soft">
                <code className="font-mono text-xs">{place}</code> is left: {why}
              </li>
            ))}
          </ul>
        </div>
      )}
    </Panel>
  )
}
