import type { Decision } from '@aiops/contract/model/decision'
import { FlaskConical } from 'lucide-react'
import { useId, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { CheckMark } from '../ui/check-mark.tsx'
import { className } from '../ui/class-name.ts'
import { Failure } from '../ui/failure.tsx'
import { SelectField, TextField } from '../ui/field.tsx'
import { noSpike, spikeSteps, spikeText, whatIfOf } from './spike-draft.ts'
import { SpikeResult } from './spike-result.tsx'
import { useDecideNow, useProviderTelemetry, type WhatIf } from './use-cost.ts'

/** What would be decided if a provider cost more, were slower, or out. Asks only once it is opened. */
export function SpikePanel() {
  const [open, setOpen] = useState(false)
  return (
    <section aria-label="Price-spike simulator" className="rounded-lg border border-dashed bg-surface">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2">
        <FlaskConical aria-hidden className="size-4 text-ink-mute" />
        <h2 className="font-semibold text-base">Price-spike simulator</h2>
        <span className="min-w-0 text-ink-mute text-xs">what would be decided if a provider changed</span>
        <Button size="small" className="ml-auto" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? 'Close' : 'Try'}
        </Button>
      </div>
      {open && <Simulator />}
    </section>
  )
}

type Asked = { body: WhatIf; decisions: Decision[] }

function Simulator() {
  const id = useId()
  const telemetry = useProviderTelemetry()
  const providers = [...new Set(telemetry.data?.readings.map(({ provider }) => provider) ?? [])].sort()
  const [draft, setDraft] = useState(noSpike)
  const [asked, setAsked] = useState<Asked>()
  const decide = useDecideNow()
  const provider = draft.provider === '' ? (providers[0] ?? '') : draft.provider
  const body = whatIfOf({ ...draft, provider })
  const change = (part: Partial<typeof noSpike>): void => setDraft((old) => ({ ...old, ...part }))
  return (
    <div className="border-t">
      <form
        className="flex flex-wrap items-end gap-x-4 gap-y-3 px-4 py-3"
        onSubmit={(event) => {
          event.preventDefault()
          if (body && !decide.isPending)
            decide.mutate(body, { onSuccess: ({ decisions }) => setAsked({ body, decisions }) })
        }}
      >
        <Labelled id={`${id}-provider`} label="Provider">
          <SelectField
            id={`${id}-provider`}
            className="w-40"
            value={provider}
            onChange={(event) => change({ provider: event.target.value })}
          >
            {providers.length === 0 && <option value="">none is known</option>}
            {providers.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </SelectField>
        </Labelled>
        <Labelled id={`${id}-cost`} label="Cost, % more">
          <div className="flex items-center gap-1">
            <TextField
              id={`${id}-cost`}
              className="w-20"
              inputMode="numeric"
              value={draft.cost}
              onChange={(event) => change({ cost: event.target.value })}
            />
            {spikeSteps.map((step) => (
              <button
                key={step}
                type="button"
                aria-label={`Cost ${step} % more`}
                aria-pressed={draft.cost === String(step)}
                onClick={() => change({ cost: String(step) })}
                className={className(
                  'h-7 rounded-full border px-2 text-ink-soft text-xs hover:bg-sunken',
                  draft.cost === String(step) && 'border-accent bg-accent-soft text-accent',
                )}
              >
                {step}
              </button>
            ))}
          </div>
        </Labelled>
        <Labelled id={`${id}-latency`} label="Latency, % more">
          <TextField
            id={`${id}-latency`}
            className="w-20"
            inputMode="numeric"
            value={draft.latency}
            onChange={(event) => change({ latency: event.target.value })}
          />
        </Labelled>
        <label htmlFor={`${id}-outage`} className="flex h-8 items-center gap-2">
          <CheckMark id={`${id}-outage`} checked={draft.outage} onChange={(outage) => change({ outage })} />
          Outage
        </label>
        <Button type="submit" look="strong" disabled={!body || decide.isPending}>
          {decide.isPending ? 'Deciding…' : 'Decide as if'}
        </Button>
      </form>
      {decide.error && <Failure error={decide.error} className="mx-4 mb-3" />}
      {asked && (
        <SpikeResult text={spikeText(asked.body.what_if?.[0] ?? { provider })} decisions={asked.decisions} />
      )}
    </div>
  )
}

function Labelled({ id, label, children }: { id: string; label: string; children: React.ReactNode }) {
  return (
    <div>
      <label htmlFor={id} className="mb-1 block text-ink-mute text-xs">
        {label}
      </label>
      {children}
    </div>
  )
}
